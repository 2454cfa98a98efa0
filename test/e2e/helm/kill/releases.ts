import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { Random } from '../../../helpers/random.ts';
import { gitRepository } from '../../app.ts';
import type { World } from '../../harness.ts';
import { helmRelease } from '../release.ts';
import { killChart } from './chart.ts';

/** A release that comes, changes, fails and goes. */
export interface Victim {
  readonly name: string;
  /** `HelmRelease/<namespace>/<name>` */
  readonly ref: string;
  /** What it was asked to be last; undefined: gone. */
  wanted: { readonly step: number; readonly bad: boolean } | undefined;
}

export type Change = 'created' | 'created badly' | 'upgraded' | 'upgraded badly' | 'deleted';

/** Releases of one chart in a namespace. */
export interface Victims {
  readonly namespace: string;
  readonly all: readonly Victim[];
  /** Changes one of them, in a way that is possible at the moment. */
  change(victim: Victim): Promise<Change>;
  /** Makes half of them good, and has the others deleted. */
  conclude(): Promise<void>;
}

/** Whatever fails is mended and tried again for ever, so that in the end only what was asked for last counts. */
const spec: Partial<HelmRelease['spec']> = {
  timeout: '20s',
  install: { timeout: '8s', remediation: { retries: -1 } },
  upgrade: { timeout: '4s', remediation: { retries: -1 } },
};

export async function createVictims(
  world: World,
  { count, random }: { count: number; random: Random },
): Promise<Victims> {
  const namespace = await world.cluster.namespace('kill');
  const { url } = await world.git.createRepository(`kill-${process.pid}`, killChart);
  await world.apply(gitRepository(namespace, { name: 'source', url }));
  const all = Array.from({ length: count }, (_, index): Victim => {
    const name = `app-${index}`;
    return { name, ref: `HelmRelease/${namespace}/${name}`, wanted: undefined };
  });
  let step = 0;
  const want = async (victim: Victim, bad: boolean, more: Partial<HelmRelease['spec']> = {}) => {
    step += 1;
    victim.wanted = { step, bad };
    await world.apply(helmRelease(namespace, { name: victim.name, ...spec, ...more, values: victim.wanted }));
  };
  const remove = async (victim: Victim) => {
    victim.wanted = undefined;
    await world.delete(victim.ref);
  };
  return {
    namespace,
    all,
    async change(victim) {
      const isThere = victim.wanted !== undefined;
      if (!isThere) {
        // What is being deleted cannot be made anew before it is gone.
        await world.gone(victim.ref, 120_000);
        const bad = random(5) === 0;
        await want(victim, bad);
        return bad ? 'created badly' : 'created';
      }
      const choice = random(10);
      if (choice < 2) {
        await remove(victim);
        return 'deleted';
      }
      const bad = choice < 5;
      await want(victim, bad);
      return bad ? 'upgraded badly' : 'upgraded';
    },
    async conclude() {
      for (const [index, victim] of all.entries()) {
        if (index % 2 === 1) {
          if (victim.wanted) await remove(victim);
          continue;
        }
        if (!victim.wanted) await world.gone(victim.ref, 120_000);
        await want(victim, false, { install: { timeout: '60s' }, upgrade: { timeout: '60s' } });
      }
    },
  };
}
