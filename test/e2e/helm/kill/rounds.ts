import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '../../../helpers/host.ts';
import type { Random } from '../../../helpers/random.ts';
import type { World } from '../../harness.ts';
import { type HelmRecord, recordsIn, underWay } from './records.ts';
import type { Victims } from './releases.ts';

/** What was going on when a host was killed. */
export interface Kill {
  /** `app-1 pending-upgrade`, by the records. */
  readonly underWay: readonly string[];
  /** What was wrong with the records right then. */
  readonly problems: readonly string[];
}

export interface Rounds {
  readonly kills: number;
  /** Folder that hosts share, one after the other. */
  readonly dir: string;
  readonly random: Random;
  log(line: string): void;
}

/** What some of the kills wait for, but not for ever. */
const statuses = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling', 'deployed'];
const statusWithinMs = 8000;

/** Changes releases and kills the host meanwhile, as often as asked for. A host is at work afterwards. */
export async function killHosts(world: World, victims: Victims, rounds: Rounds): Promise<Kill[]> {
  const { random, dir, log } = rounds;
  const kills: Kill[] = [];
  let host = await startAnew(world, dir);
  while (kills.length < rounds.kills) {
    const before = await recordsIn(world, victims.namespace);
    const changed: string[] = [];
    for (const victim of victims.all) {
      if (random(2) === 0 || victim.wanted === undefined)
        changed.push(`${victim.name} ${await victims.change(victim)}`);
    }
    const status = statuses[random(statuses.length)] ?? '';
    if (random(4) > 0) await appears(world, victims, { status, before: before.records });
    await sleep(random(500));
    await host.kill();
    const { records, problems } = await recordsIn(world, victims.namespace);
    const kill = { underWay: underWay(records), problems };
    kills.push(kill);
    log(
      `kill ${kills.length}: ${changed.join(', ') || 'nothing changed'}; under way: ${kill.underWay.join(', ') || 'nothing'}`,
    );
    host = await startAnew(world, dir);
  }
  return kills;
}

/** With so many starts, some other process takes a port that was free a moment ago. */
async function startAnew(world: World, dir: string): Promise<HostProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await world.startHost({ dir });
    } catch (error) {
      if (attempt === 5 || !String(error).includes('EADDRINUSE')) throw error;
    }
  }
}

/** Waits until a record turns to a status. */
async function appears(
  world: World,
  { namespace }: Victims,
  { status, before }: { status: string; before: readonly HelmRecord[] },
): Promise<void> {
  const keyOf = (record: HelmRecord) => `${record.release} ${record.version}`;
  const having = (records: readonly HelmRecord[]) =>
    records.filter((record) => record.status === status).map(keyOf);
  const old = new Set(having(before));
  const deadline = Date.now() + statusWithinMs;
  while (Date.now() < deadline) {
    const { records } = await recordsIn(world, namespace);
    if (having(records).some((key) => !old.has(key))) return;
    await sleep(20);
  }
}
