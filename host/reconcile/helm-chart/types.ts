import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import type { Charts } from '../../charts/types.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { RegistryMemory } from '../../oci/memory.ts';
import type { Plugins } from '../../plugins/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { SourceKey, SourceObject } from '../kustomization/source.ts';
import type { AccessOptions } from '../registry/access.ts';
import type { TrustOptions, Verdict } from '../registry/verify.ts';

export interface HelmChartOptions extends AccessOptions, TrustOptions {
  readonly client: KubeClient;
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly charts: Charts;
  readonly egress: Egress;
  readonly registries: RegistryMemory;
  /** `--requeue-dependency`, ms. */
  readonly requeueDependencyMs: number;
  readonly jitterPercentage: number;
  /** Where charts come from. */
  find(key: SourceKey): SourceObject | undefined;
  findRepository(key: { namespace: string; name: string }): HelmRepository | undefined;
  /** The HelmRepositories of a namespace, for dependencies. */
  repositories(namespace: string): readonly HelmRepository[];
  /** Told whether an index was in memory. */
  indexUsed(repository: { namespace: string; name: string }, isHit: boolean): void;
}

/** A version of a chart that a repository has. */
export interface FoundChart {
  readonly name: string;
  /** As the repository has it. */
  readonly version: string;
  /** Where its archive is: URL and digest, or the tag. */
  readonly url: string;
  readonly digest?: string;
}

/** A chart whose signature was looked at. */
export interface VerifiedChart {
  readonly chart: FoundChart;
  readonly verdict: Verdict['kind'];
}

/** A repository that charts come from. */
export interface ChartRepository {
  /** @throws FluxError FLUX_E_CHART_NOT_FOUND, FLUX_E_CHART_VERSION, and of the network */
  find(name: string, range: string): Promise<FoundChart>;
  /**
   * Writes the archive below a folder.
   * @returns its path
   * @throws FluxError
   */
  download(chart: FoundChart, dir: string): Promise<string>;
  /**
   * Checks the signature of a chart. The chart in the answer is the one that was checked, whatever happens to its tag.
   * @throws FluxError
   */
  verify(chart: FoundChart): Promise<VerifiedChart>;
}

/** A chart that was chosen, before it is fetched. */
export interface ChosenChart {
  readonly name: string;
  /** With the metadata that it gets here. */
  readonly version: string;
  /** It is made anew here; else the archive of the source is taken as it is. */
  readonly isPackaged: boolean;
}

/** A chart that is ready to be stored. */
export interface BuiltChart extends ChosenChart {
  readonly file: string;
  /** Name in Chart.yaml; the name in a registry may have a path. */
  readonly fileName: string;
  readonly valuesFiles: readonly string[];
  readonly resolved: number;
}
