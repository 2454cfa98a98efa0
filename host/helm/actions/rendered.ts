import type { Hook, Release } from '../types.ts';

/** What of a release the chart decides. */
export interface RenderedRelease extends Required<Pick<Release, 'chart' | 'config' | 'manifest'>> {
  readonly hooks: Hook[];
  readonly notes: string;
}
