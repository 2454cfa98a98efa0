import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exclusively } from './lock.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-lock-'));
const file = join(dir, 'step.lock');

test.after(() => rmSync(dir, { recursive: true }));

test('work under the same lock is done one after the other, and the one that waits says so', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await sleep(20);
    order.push(`${name} ends`);
  };
  await Promise.all([
    exclusively(file, work('first')),
    exclusively(file, work('second'), () => order.push('second waits')),
  ]);
  assert.equal(order, ['first begins', 'second waits', 'first ends', 'second begins', 'second ends']);
  assert.not.ok(existsSync(file));
});

test('work that fails lets the next one in', async () => {
  const failed = await exclusively(file, () => Promise.reject(new Error('no compiler'))).catch(String);
  assert.is(failed, 'Error: no compiler');
  assert.is(await exclusively(file, async () => 'done'), 'done');
});

test('what a process that is gone left behind is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(file, String(pid));
  assert.is(await exclusively(file, async () => 'done'), 'done');
});

test.run();
