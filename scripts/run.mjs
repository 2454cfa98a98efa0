// Entry of every `npm run` script. It runs on whatever Node is installed (20 or newer), brings the npm
// packages up to date, and hands over to the project's own Node, which runs TypeScript directly.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.flux-host-stamp');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function installed() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return { wanted, done: existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted };
}

/** One at a time, also of several terminals: two that write into node_modules leave it in ruins. */
function alone(work) {
  const lock = join(root, '.build', 'npm.lock');
  mkdirSync(dirname(lock), { recursive: true });
  const staleMs = 10 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > staleMs) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** What is there stays while what changed is added, so that nothing that runs loses its packages. */
function install() {
  /** Runs `work` while no other command in this checkout does. What a killed one left behind is taken over. */
function alone(work) {
  const lock = join(root, '.build', 'install.lock');
  mkdirSync(dirname(lock), { recursive: true });
  let waited = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isHeld(lock)) rmSync(lock, { force: true });
    else if (!waited) process.stderr.write('► waiting for another command that installs npm packages\n');
    waited = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isHeld(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Empty for the moment between its making and its writing.
    if (holder > 0) process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  const { wanted, done } = installed();
  if (done) return;
  const began = Date.now();
  process.stderr.write('► installing npm packages\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write(
      '✗ npm ci failed: check the network and the npm registry settings, then run the command again\n',
    );
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, installed().wanted);
  process.stderr.write(`✔ npm packages installed (${Math.round((Date.now() - began) / 1000)} s)\n`);
}

if (!installed().done) alone(install);
if (process.exitCode) process.exit();

const [task, ...args] = process.argv.slice(2);
// The invoking npm puts its own Node first in PATH for children too: put ours before it.
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(
  process.platform === 'win32' ? ';' : ':',
);
const child = spawn(node, [join(root, 'scripts', 'task.ts'), task ?? '', ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// Ctrl-C reaches the child through the terminal; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
