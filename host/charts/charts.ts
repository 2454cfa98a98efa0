import type { CacheSettings } from './thread/protocol.ts';
import { createChartThread } from './thread/thread.ts';
import type { ChartLimits, Charts, IndexArtifact } from './types.ts';

export interface ChartsOptions {
  readonly limits: ChartLimits;
  /** How long, and how many of, indexes are kept in memory. */
  readonly cache: CacheSettings;
}

const timeoutMs = 120_000;
/** For an index in an unusual form, which is read as a whole: a larger one fails alone. */
const indexHeapMiB = 512;
const archiveHeapMiB = 256;

/** Two threads: charts need not wait while a large index is read. */
export function createCharts({ limits, cache }: ChartsOptions): Charts {
  const indexes = createChartThread({ cache, timeoutMs, idleMs: cache.ttlMs, heapMiB: indexHeapMiB });
  const archives = createChartThread({ cache, timeoutMs, idleMs: 10_000, heapMiB: archiveHeapMiB });
  const fileOf = (index: IndexArtifact) => ({ ...index, maxBytes: limits.indexBytes });
  return {
    limits,
    index: (index) => indexes.run('load', fileOf(index), 'the index'),
    select: (index, name, range) => indexes.run('select', { index: fileOf(index), name, range }, 'the index'),
    inspect: (path) => archives.run('inspect', { path, limits }, 'the chart'),
    async close() {
      await Promise.all([indexes.close(), archives.close()]);
    },
  };
}
