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

function install() {
  const { wanted, done } = installed();
  if (done) return true;
  const began = Date.now();
  process.stderr.write('► installing npm packages\n');
  // Only what changed: other commands of this checkout may run with these packages.
  const command = existsSync(node) ? 'install' : 'ci';
  const result = spawnSync('npm', [command, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write(
      `✗ npm ${command} failed: check the network and the npm registry settings, then run the command again\n`,
    );
    return false;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  process.stderr.write(`✔ npm packages installed (${Math.round((Date.now() - began) / 1000)} s)\n`);
  return true;
}

if (!installed().done && !alone(install)) process.exit(1);

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
