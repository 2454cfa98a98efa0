import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld } from '../e2e/harness.ts';
import { outcomeOf } from '../e2e/helm/kill/outcome.ts';
import { createVictims } from '../e2e/helm/kill/releases.ts';
import { type Kill, killHosts } from '../e2e/helm/kill/rounds.ts';
import { startHelm } from '../helpers/helm.ts';
import { randomNumbers } from '../helpers/random.ts';
import { type Bench, type BenchOptions, type Row, row } from './bench.ts';

const releases = 6;
const statuses = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'];

export const bench: Bench = {
  about: 'kill -9 of the host, N times, while Helm releases come, change, fail and go (--n 50, --seed 1)',
  run,
};

/** @throws Error with everything that was lost, stuck or left behind */
async function run({ n = 50, seed = 1, log }: BenchOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-helm-kill-'));
  const [world, helm] = await Promise.all([createWorld({ withoutHost: true }), startHelm()]);
  try {
    log(`seed ${seed}: ${n} kills, ${releases} releases`);
    const random = randomNumbers(seed);
    const victims = await createVictims(world, { count: releases, random });
    const kills = await killHosts(world, victims, { kills: n, dir, random, log });
    log('no more kills; waiting for what was asked for last');
    const began = performance.now();
    await victims.conclude();
    const problems = [...kills.flatMap((kill) => kill.problems), ...(await outcomeOf(world, victims, helm))];
    if (problems.length > 0) throw new Error(`seed ${seed}:\n${problems.join('\n')}`);
    return [
      row('kills', 'of the host', kills.length),
      ...statuses.map((status) => row(status, 'kills meanwhile', during(kills, status))),
      row('wrong', 'releases', problems.length),
      row('settled', 's', (performance.now() - began) / 1000),
    ];
  } finally {
    await world.close();
    await helm.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const during = (kills: readonly Kill[], status: string): number =>
  kills.filter(({ underWay }) => underWay.some((each) => each.endsWith(` ${status}`))).length;
