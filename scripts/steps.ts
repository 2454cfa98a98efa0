import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildDir, root } from './paths.ts';

/** One piece of set-up: it runs when an input changed or an output is missing. */
export interface Step {
  /** Shown to the user, e.g. `kustomize plugin`. */
  readonly name: string;
  /** Files or folders (relative to the root) whose content decides whether the step is up to date. */
  readonly inputs: readonly string[];
  /** Files (relative to the root) that the step makes. */
  readonly outputs: readonly string[];
  /** How long it takes with cold caches, for the progress line. */
  readonly usually: string;
  run(log: (line: string) => void): Promise<void>;
}

const skipped = new Set(['node_modules', '.build', '.git']);

function* files(path: string): Generator<string> {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(path);
  } catch {
    yield path;
    return;
  }
  for (const entry of entries) {
    if (skipped.has(entry.name)) continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* files(child);
    else yield child;
  }
}

function list(path: string) {
  return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Digest of the names and contents of files and folders, relative to the root. */
export function digestOf(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of files(join(root, input))) {
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Runs the steps that are not up to date, one after the other, with a progress line for each. */
export async function ensure(steps: readonly Step[]): Promise<void> {
  const due = steps
    .map((step) => ({
      step,
      digest: digestOf(step.inputs),
      stamp: join(buildDir, 'stamps', step.name.replaceAll(' ', '-')),
    }))
    .filter(
      ({ step, digest, stamp }) =>
        !existsSync(stamp) ||
        readFileSync(stamp, 'utf8') !== digest ||
        step.outputs.some((output) => !existsSync(join(root, output))),
    );
  for (const [index, { step, digest, stamp }] of due.entries()) {
    await runStep(step, `[${index + 1}/${due.length}]`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, digest);
  }
}

async function runStep(step: Step, position: string): Promise<void> {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const interactive = process.stderr.isTTY;
  let last = '';
  const paint = () => {
    const line = `◎ ${position} ${step.name} (${seconds()}, usually ${step.usually}) ${last}`;
    process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`);
  };
  if (!interactive) process.stderr.write(`► ${position} ${step.name} (usually ${step.usually})\n`);
  const timer = interactive
    ? setInterval(paint, 250)
    : setInterval(() => process.stderr.write(`◎ ${step.name}: ${seconds()} ${last}\n`), 30_000);
  try {
    await step.run((line) => {
      last = line;
    });
  } finally {
    clearInterval(timer);
    if (interactive) process.stderr.write('\r\x1b[K');
  }
  process.stderr.write(`✔ ${position} ${step.name} (${seconds()})\n`);
}

/**
 * Runs a program for a step and reports its last output line.
 * @throws Error with the end of the output when the program fails or is not installed
 */
export function exec(
  command: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    log?: (line: string) => void;
    /** Leaves the processor to whatever else runs. */
    background?: boolean;
  } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (options.background && child.pid !== undefined)
      setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
      const line = output.trimEnd().split('\n').at(-1);
      if (line) options.log?.(line);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new Error(`${command} is not installed: install it and run the command again`)
          : error,
      ),
    );
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(
            new Error(`${command} ${args.join(' ')} failed with exit code ${code}:\n${output.slice(-4000)}`),
          ),
    );
  });
}
