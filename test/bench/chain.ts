import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { isReady, onStage, type Stage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
import { application, gitRepository, kustomization } from './workload.ts';

export const bench: Bench = {
  about: 'N Kustomizations, each depends on the one before; and as many without (--n 10, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(fluxHost, options);
    const peer = flux && (await measure(flux, options));
    return [
      row('hop', 'ms', ours.hop, peer?.hop),
      row('chain', 's', ours.chain, peer?.chain),
      row('free', 's', ours.free, peer?.free),
    ];
  },
};

interface Measured {
  /** What a dependency adds, ms. */
  readonly hop: number;
  /** Until all of the chain are Ready, s. */
  readonly chain: number;
  /** Until as many without dependencies are Ready, s. */
  readonly free: number;
}

async function measure(system: System, { n = 10, log }: BenchOptions): Promise<Measured> {
  log(`${system.name}: a chain of ${n} Kustomizations`);
  return onStage(system, async (stage) => {
    const { url } = await stage.git.createRepository('source-0', application);
    // The first one waits for the source and warms both up.
    await stage.apply([gitRepository('source-0', url)]);
    await time(stage, [member('first', 0)]);
    const free = await time(
      stage,
      Array.from({ length: n }, (_, index) => member('free', index)),
    );
    const chain = await time(
      stage,
      Array.from({ length: n }, (_, index) =>
        member('chain', index, index > 0 ? [`chain-${index - 1}`] : []),
      ),
    );
    return { hop: ((chain - free) / Math.max(1, n - 1)) * 1000, chain, free };
  });
}

function member(group: string, index: number, dependsOn: readonly string[] = []): Kustomization {
  return kustomization(`${group}-${index}`, {
    postBuild: { substitute: { INDEX: `${group}-${index}` } },
    dependsOn: dependsOn.map((name) => ({ name })),
  });
}

/** Creates all at once; seconds until all are Ready. */
async function time({ apply, until }: Stage, objects: readonly Kustomization[]): Promise<number> {
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  const began = performance.now();
  await apply(objects);
  await until((all) => {
    const mine = all.filter(({ metadata }) => names.has(metadata.name));
    return mine.length === names.size && mine.every(isReady);
  });
  return (performance.now() - began) / 1000;
}
