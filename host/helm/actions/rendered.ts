import type { KubeObject } from '../../kube/types.ts';
import type { Hook, Release } from '../types.ts';

/** What of a release the chart decides. */
export interface RenderedRelease extends Required<Pick<Release, 'chart' | 'config' | 'manifest'>> {
  readonly hooks: Hook[];
  readonly notes: string;
}

/** A chart that is about to be released. */
export interface ChartWork<A extends unknown[]> {
  render(...release: A): Promise<RenderedRelease>;
  /** To be applied before its objects. */
  readonly definitions: readonly KubeObject[];
}
