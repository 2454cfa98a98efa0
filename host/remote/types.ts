import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { Applier } from '../apply/create-applier.ts';
import type { ClusterConfig } from '../kube/cluster.ts';
import type { KubeClient, NamespacedName } from '../kube/types.ts';

/** `spec.kubeConfig`: names a Secret or a ConfigMap in the namespace of its object. */
export type KubeConfigRef = NonNullable<Kustomization['spec']['kubeConfig']>;

/** What is allowed, and whom clusters without a stored credential are reached as. */
export interface RemoteSettings {
  /** `--insecure-kubeconfig-exec` */
  readonly insecureExec: boolean;
  /** `--insecure-kubeconfig-tls` */
  readonly insecureTls: boolean;
  /** `--default-kubeconfig-service-account`: for ConfigMaps that name no account. */
  readonly defaultServiceAccount?: string;
}

/** How a cluster is reached, before anything is sent to it. */
export interface RemoteConfig {
  /** Digest of all that decides whom and where: what has the same is one cluster. */
  readonly key: string;
  /** Where it was found, for messages, e.g. `KubeConfig secret 'apps/prod'`. */
  readonly from: string;
  /** The address is a cloud's to tell, and may be another when the cluster does not answer at the present one. */
  readonly mayMove: boolean;
  /** May ask a cloud for the address. */
  cluster(signal: AbortSignal): Promise<ClusterConfig>;
}

/** A cluster for the time of one attempt. */
export interface RemoteLease {
  /** As the credentials say; act as others through `impersonate`. */
  readonly client: KubeClient;
  readonly applier: Applier;
  /** Aborts with a FluxError when the cluster can no longer be reached: requests would only wait. */
  readonly signal: AbortSignal;
  release(): void;
}

export interface ConnectRequest {
  readonly kubeConfig: KubeConfigRef;
  /** Whose objects are applied there; keeps the cluster watched until {@link RemoteClusters.forget}. */
  readonly owner: NamespacedName;
  readonly signal: AbortSignal;
}

/** Clusters other than the host's own, one connection each for all who use the same credentials. */
export interface RemoteClusters {
  /**
   * Finds out whether the cluster answers before it is handed out.
   * @throws FluxError FLUX_E_REMOTE_…, FLUX_E_SECRET, FLUX_E_KUBECONFIG, FLUX_E_CLOUD_… with reason ReconciliationFailed
   */
  connect(request: ConnectRequest): Promise<RemoteLease>;
  /** The object is gone, suspended, or applied to the own cluster now. */
  forget(owner: NamespacedName): void;
  /** Clusters connected to, and those of them whose objects are watched for drift. */
  readonly size: { readonly clusters: number; readonly watched: number };
  close(): Promise<void>;
}
