import type { ThreadFailure } from '../../threads/failure.ts';
import type { InspectedChart } from '../archive/chart.ts';
import type { ArchiveLimits } from '../archive/inspect.ts';
import type { IndexedVersion } from '../index/types.ts';

/** An index as a file. Files of equal digest are read once. */
export interface IndexFile {
  readonly file: string;
  readonly digest: string;
  readonly maxBytes: number;
}

/** What the thread can be asked to do. */
export interface Jobs {
  /** Reads an index, unless it is there already, and says how much is in it. */
  load: {
    readonly input: IndexFile;
    readonly output: { readonly charts: number; readonly versions: number };
  };
  /** Chooses a version of a chart. */
  select: {
    readonly input: { readonly index: IndexFile; readonly name: string; readonly range: string };
    readonly output: {
      readonly found: IndexedVersion;
      /** The index was there already. */
      readonly isHit: boolean;
    };
  };
  inspect: {
    /** An archive, or the folder of a chart. */
    readonly input: { readonly path: string; readonly limits: ArchiveLimits };
    readonly output: InspectedChart;
  };
}

export type JobName = keyof Jobs;

/** How long, and how many of, indexes are held. */
export interface CacheSettings {
  readonly most: number;
  readonly ttlMs: number;
  readonly sweepMs: number;
}

/** Main thread → worker. */
export type Job = {
  [Name in JobName]: { readonly id: number; readonly name: Name; readonly input: Jobs[Name]['input'] };
}[JobName];

/** Worker → main thread. */
export type Reply =
  | { readonly id: number; readonly output: Jobs[JobName]['output'] }
  | { readonly id: number; readonly failure: ThreadFailure };
