import { randomNumbers } from '../helpers/random.ts';
import { type Bench, type BenchOptions, percentile, type Row, row } from './bench.ts';
import { driftObject, watchDriftables } from './drift-objects.ts';
import { isReady, namespace, onStage } from './stage.ts';
import { fluxHost } from './system.ts';
import { tenObjects } from './ten-objects.ts';
import { gitRepository, kustomization } from './workload.ts';

const kustomizations = 10;

export const bench: Bench = {
  about: 'applied objects are deleted and edited at random: until they are back as desired (--n 200)',
  run,
};

/** Flux corrects drift at the interval only: there is no peer to compare with. */
async function run({ n = 200, log }: BenchOptions): Promise<Row[]> {
  log(`${fluxHost.name}: ${n} deletions and edits among ${kustomizations * 10} objects`);
  return onStage(fluxHost, async ({ client, git, apply, until }) => {
    const { url } = await git.createRepository('source-0', tenObjects);
    const objects = Array.from({ length: kustomizations }, (_, index) =>
      kustomization(`app-${index}`, { postBuild: { substitute: { INDEX: `n${index}` } } }),
    );
    await apply([gitRepository('source-0', url), ...objects]);
    await until((all) => all.length === kustomizations && all.every(isReady));
    const stop = new AbortController();
    try {
      const objects = await watchDriftables({ client, namespace, signal: stop.signal });
      const random = randomNumbers(1);
      const times: number[] = [];
      for (let count = 0; count < n; count += 1) times.push(await driftObject(client, objects, random));
      return [
        row('p50', 'ms', percentile(times, 0.5)),
        row('p99', 'ms', percentile(times, 0.99)),
        row('max', 'ms', Math.max(...times)),
      ];
    } finally {
      stop.abort();
    }
  });
}
