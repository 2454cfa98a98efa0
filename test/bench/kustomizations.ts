import { type Bench, type BenchOptions, row } from './bench.ts';
import { type LoopDelay, loopRows, watchLoop } from './event-loop.ts';
import { fluxControllers } from './flux-controllers.ts';
import { manyObjects } from './many-objects.ts';
import { watchUsage } from './resources.ts';
import { isReady, onStage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
import { application, gitRepository, kustomization } from './workload.ts';

export const bench: Bench = {
  about:
    'N Kustomizations of 4 objects, created at once, until all are Ready (--n 300, --sources 1, --objects 4, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(fluxHost, options);
    const peer = flux && (await measure(flux, options));
    return [
      row('ready', 's', ours.ready, peer?.ready),
      row('rss', 'MiB', ours.rss, peer?.rss),
      row('cpu', '%', ours.cpu, peer?.cpu),
      ...(ours.loop ? loopRows(ours.loop) : []),
    ];
  },
};

interface Measured {
  readonly ready: number;
  readonly rss: number;
  readonly cpu: number;
  /** Only of what runs on Node. */
  readonly loop?: LoopDelay;
}

async function measure(
  system: System,
  { n = 300, sources = 1, objects: count, log }: BenchOptions,
): Promise<Measured> {
  log(`${system.name}: ${n} Kustomizations from ${sources} source(s)`);
  const files = count === undefined ? application : manyObjects(count);
  return onStage(system, async ({ git, apply, until, system: running }) => {
    const repositories = await Promise.all(
      Array.from({ length: sources }, (_, index) => git.createRepository(`source-${index}`, files)),
    );
    const objects = Array.from({ length: n }, (_, index) =>
      kustomization(`app-${index}`, {
        sourceRef: { kind: 'GitRepository', name: `source-${index % sources}` },
        postBuild: { substitute: { INDEX: `n${index}` } },
      }),
    );
    const loop = running.loop && (await watchLoop(running.loop));
    const usage = watchUsage(running.pids);
    const began = performance.now();
    await apply([...repositories.map(({ url }, index) => gitRepository(`source-${index}`, url)), ...objects]);
    await until((all) => all.length === n && all.every(isReady));
    const ready = (performance.now() - began) / 1000;
    const { rss, cpu } = usage.stop();
    return { ready, rss, cpu: (cpu / ready) * 100, ...(loop ? { loop: await loop.stop() } : {}) };
  });
}
