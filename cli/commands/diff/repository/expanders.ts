import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import type { BuildSettings } from '../../../build/build.ts';
import type { LocalSources } from '../../../build/local-sources.ts';
import type { Section } from './types.ts';

/** What an expander may use. */
export interface ExpansionContext {
  readonly client: KubeClient;
  readonly settings: BuildSettings;
  readonly sources: LocalSources;
}

/**
 * Follows objects that make other objects, beside Kustomizations, which the walk itself follows: what comes of a HelmRelease, for one. An
 * object without an expander is listed with what changes in itself.
 */
export interface Expander {
  /** Kind and API group, e.g. `HelmRelease.helm.toolkit.fluxcd.io`. */
  readonly kind: string;
  /**
   * Compares what an object makes with the cluster.
   * @param object as it would be in the cluster
   * @returns undefined when nothing would change
   * @throws FluxError, which is reported
   */
  expand(object: KubeObject, context: ExpansionContext): Promise<Omit<Section, 'owner'> | undefined>;
}

/** Every expander there is. */
export const expanders: readonly Expander[] = [];
