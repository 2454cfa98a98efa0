import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runningComponents } from './control-plane.ts';
import { isRunning } from './processes.ts';

const scratch = mkdtempSync(join(tmpdir(), "flux-host-local's-"));
const dir = join(scratch, 'state');
const main = join(import.meta.dirname, 'main.ts');

function local(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args, '--dir', dir], { encoding: 'utf8' });
}

test.after(() => {
  local('down', '--purge');
  rmSync(scratch, { recursive: true, force: true });
});

test('before anything runs, env and status say how to start it', () => {
  for (const verb of ['env', 'status']) {
    const { status, stdout, stderr } = local(verb);
    assert.is(status, 1);
    assert.is(stdout, '');
    assert.match(stderr, /FLUX_E_LOCAL_NOT_RUNNING.*npm run local -- up/);
  }
});

test('a wrong argument is answered with the usage', () => {
  for (const args of [['start'], ['up', '--prot', '1'], ['up', '--port', 'http']]) {
    const { status, stderr } = local(...args);
    assert.is(status, 1);
    assert.match(stderr, /FLUX_E_LOCAL_USAGE.*up\|down\|env\|status/);
  }
});

test('up starts it in the background, env points a shell at it, a second up changes nothing', () => {
  const up = local('up');
  assert.is(up.status, 0, up.stderr);
  const before = runningComponents(dir);
  assert.is(before.length, 5);
  const shell = spawnSync('sh', ['-c', `${local('env').stdout}cat "$KUBECONFIG"`], { encoding: 'utf8' });
  assert.is(shell.stdout, readFileSync(join(dir, 'kubeconfig'), 'utf8'));
  assert.is(local('up').status, 0);
  assert.equal(runningComponents(dir), before);
});

test('status shows every component, and fails with the log to read when one is gone', async () => {
  assert.is(local('status').status, 0);
  process.kill(runningComponents(dir).find(({ name }) => name === 'kube-scheduler')?.pid ?? 0, 'SIGKILL');
  while (runningComponents(dir).length === 5) await sleep(20);
  const { status, stdout } = local('status');
  assert.is(status, 1);
  assert.match(stdout, /✗ kube-scheduler stopped: see .*kube-scheduler\.log/);
  assert.match(stdout, /✔ kube-apiserver \(pid \d+\)/);
});

test('down keeps the state, down --purge removes it, and both are fine with nothing to do', () => {
  assert.is(local('down').status, 0);
  assert.equal(runningComponents(dir), []);
  assert.ok(existsSync(join(dir, 'etcd')));
  assert.is(local('down', '--purge').status, 0);
  assert.not(existsSync(dir));
  assert.is(local('down').status, 0);
});

test('a purge leaves a folder alone that is not ours', () => {
  const foreign = join(scratch, 'foreign');
  writeFileSync(foreign, 'precious');
  spawnSync(process.execPath, [main, 'down', '--purge', '--dir', scratch]);
  assert.is(readFileSync(foreign, 'utf8'), 'precious');
});

test('a temporary control plane does not outlive a process that is killed', async () => {
  const temporary = join(scratch, 'temporary');
  const program = `
    const { startControlPlane } = await import(${JSON.stringify(join(import.meta.dirname, 'control-plane.ts'))});
    await startControlPlane({ dir: ${JSON.stringify(temporary)}, temporary: true });
    console.log('up');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) if (line === 'up') break;
  const pids = runningComponents(temporary).map(({ pid }) => pid);
  assert.is(pids.length, 5);
  child.kill('SIGKILL');
  const remains = () => existsSync(temporary) || pids.some(isRunning);
  for (let attempt = 0; remains() && attempt < 200; attempt += 1) await sleep(50);
  assert.not(existsSync(temporary));
  for (const pid of pids) assert.not(isRunning(pid));
});

test.run();
