import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../../threads/failure.ts';
import { inspectChart } from '../archive/chart.ts';
import { selectVersion } from '../index/select.ts';
import { IndexCache } from './index-cache.ts';
import type { CacheSettings, Job, JobName, Jobs, Reply } from './protocol.ts';

/** The thread that reads indexes and charts, and holds the indexes: the largest are 50 MB, and the main thread has better to do. */
const settings: CacheSettings = workerData;
const indexes = new IndexCache(settings);

parentPort?.on('message', async (job: Job) => {
  let reply: Reply;
  try {
    reply = { id: job.id, output: await run(job) };
  } catch (error) {
    reply = { id: job.id, failure: toFailure(error) };
  }
  parentPort?.postMessage(reply);
});

async function run(job: Job): Promise<Jobs[JobName]['output']> {
  switch (job.name) {
    case 'load': {
      const { charts, versions } = (await indexes.get(job.input)).index;
      return { charts, versions };
    }
    case 'select': {
      const { index, isHit } = await indexes.get(job.input.index);
      return { found: selectVersion(index, job.input.name, job.input.range), isHit };
    }
    case 'inspect':
      return inspectChart(job.input.path, job.input.limits);
  }
}
