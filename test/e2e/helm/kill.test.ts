import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Helm, startHelm } from '../../helpers/helm.ts';
import { randomNumbers } from '../../helpers/random.ts';
import { createWorld, type World } from '../harness.ts';
import { outcomeOf } from './kill/outcome.ts';
import { createVictims } from './kill/releases.ts';
import { killHosts } from './kill/rounds.ts';

let world: World;
let helm: Helm;
const dir = mkdtempSync(join(tmpdir(), 'flux-host-helm-kill-'));
test.before(async () => {
  [world, helm] = await Promise.all([createWorld({ withoutHost: true }), startHelm()]);
});
test.after(async () => {
  await world.close();
  await helm.close();
  rmSync(dir, { recursive: true, force: true });
});

test('kill -9 while releases come, change, fail and go: each ends as it was asked for, and Helm knows its history', async () => {
  const seed = Date.now() % 2 ** 31;
  const seen: string[] = [`seed ${seed}`];
  const random = randomNumbers(seed);
  const victims = await createVictims(world, { count: 4, random });
  const kills = await killHosts(world, victims, {
    kills: 6,
    dir,
    random,
    log: (line) => seen.push(line),
  });
  await victims.conclude();
  const problems = [...kills.flatMap((kill) => kill.problems), ...(await outcomeOf(world, victims, helm))];
  assert.equal(problems, [], seen.join('\n'));
});

test.run();
