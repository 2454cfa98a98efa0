import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { Applier } from '../../apply/create-applier.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import type { DigestAlgorithm } from '../../helm/digest.ts';
import type { Inspections } from '../../helm/inspections.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { Plugins } from '../../plugins/types.ts';
import type { RemoteClusters } from '../../remote/types.ts';
import type { SourceLookup } from '../kustomization/source.ts';

export interface HelmReleaseOptions {
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly store: Pick<ArtifactStore, 'tree'>;
  readonly inspections?: Inspections;
  readonly applier: Applier;
  /** Clusters of `spec.kubeConfig`. */
  readonly remote: RemoteClusters;
  readonly sources: SourceLookup;
  readonly jitterPercentage: number;
  readonly defaultServiceAccount?: string;
  /** Gate AdditiveCELDependencyCheck. */
  readonly additiveReadyExpr: boolean;
  /** Gate DisableChartDigestTracking, negated. */
  readonly tracksDigests: boolean;
  /** Gate DefaultToRetryOnFailure. */
  readonly retriesByDefault: boolean;
  /** Gate CancelHealthCheckOnNewRevision. */
  readonly cancelHealthChecks: boolean;
  /** Gate UseHelm3Defaults. */
  readonly helm3Defaults: boolean;
  /** `--snapshot-digest-algo` */
  readonly digestAlgorithm: DigestAlgorithm;
  readonly overrideManagers: readonly string[];
  /** Other HelmReleases of the cluster, for `dependsOn`. */
  find(key: NamespacedName): HelmRelease | undefined;
}
