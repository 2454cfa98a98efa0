import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { Applier } from '../../apply/create-applier.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import type { Builder } from '../../build/types.ts';
import type { HealthReader } from '../../cel/health.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { RemoteClusters } from '../../remote/types.ts';
import type { Decryptions } from '../../sops/keys/decryptions.ts';
import type { SourceLookup } from './source.ts';

export interface KustomizationOptions {
  readonly client: KubeClient;
  readonly redactor: Redactor;
  /** `--default-service-account`: whom objects are applied as that name no account. */
  readonly defaultServiceAccount?: string;
  readonly store: ArtifactStore;
  readonly builder: Builder;
  readonly decryptions: Decryptions;
  readonly applier: Applier;
  /** Other clusters, for `spec.kubeConfig`. */
  readonly remote: RemoteClusters;
  readonly sources: SourceLookup;
  readonly jitterPercentage: number;
  /** `--concurrent-ssa` */
  readonly concurrentApplies: number;
  readonly noRemoteBases: boolean;
  /** Gate StrictPostBuildSubstitutions. */
  readonly strictSubstitutions: boolean;
  /** Gate DisableFailFastBehavior, negated. */
  readonly failFast: boolean;
  /** Gate AdditiveCELDependencyCheck: `readyExpr` counts beside the built-in check, not in its place. */
  readonly additiveReadyExpr: boolean;
  /** Gate GroupChangeLog. */
  readonly groupChangeLog: boolean;
  /** Gate MigrateAPIVersion: managed fields are brought to the version of the manifest before it is applied. */
  readonly migrateApiVersion: boolean;
  /** Gate CancelHealthCheckOnNewRevision: a newer revision, spec or request ends the health check that is under way. */
  readonly cancelHealthChecks: boolean;
  readonly overrideManagers: readonly string[];
  readonly customStageKinds: readonly string[];
  /** Other Kustomizations of the cluster, for `dependsOn`. */
  find(key: NamespacedName): Kustomization | undefined;
}

/** One attempt at one revision. */
export interface Run {
  readonly artifact: Artifact;
  readonly revision: string;
  readonly originRevision?: string;
  readonly timeoutMs: number;
  /** `spec.healthCheckExprs`, when there are any. */
  readonly readHealth?: HealthReader;
  /** `performance.now()` at the start. */
  readonly began: number;
  /** Digest of what was built, once it was. */
  digest?: string;
  /** Whether any object in the cluster was changed. */
  changed: boolean;
}
