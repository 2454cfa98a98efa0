import type { InspectedChart } from './archive/chart.ts';
import type { ArchiveLimits } from './archive/inspect.ts';
import type { IndexedVersion } from './index/types.ts';

/** The index of a repository as a file. */
export interface IndexArtifact {
  readonly file: string;
  /** Of the file; files of equal digest are read once. */
  readonly digest: string;
}

export interface ChartLimits extends ArchiveLimits {
  /** `--helm-index-max-size`: bytes of an index. */
  readonly indexBytes: number;
}

/** Reads indexes and charts, in threads of their own. */
export interface Charts {
  readonly limits: ChartLimits;
  /**
   * Reads an index, unless it is known, and says how much is in it.
   * @throws FluxError FLUX_E_CHART_INDEX
   */
  index(index: IndexArtifact): Promise<{ readonly charts: number; readonly versions: number }>;
  /**
   * The version of a chart that a range means.
   * @throws FluxError FLUX_E_CHART_INDEX, FLUX_E_CHART_NOT_FOUND, FLUX_E_CHART_VERSION
   */
  select(
    index: IndexArtifact,
    name: string,
    range: string,
  ): Promise<{ readonly found: IndexedVersion; readonly isHit: boolean }>;
  /**
   * Metadata of an archive, or of a folder with a chart. All names and sizes in an archive are checked.
   * @throws FluxError FLUX_E_CHART_ARCHIVE
   */
  inspect(path: string): Promise<InspectedChart>;
  close(): Promise<void>;
}
