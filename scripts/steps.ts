import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { exclusively } from './lock.ts';
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

/** Writes a file so that whoever reads it sees a whole one, old or new. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const part = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(part, content);
  renameSync(part, file);
}

const stampOf = ({ name }: Step) => join(buildDir, 'stamps', name.replaceAll(' ', '-'));

function isDue(step: Step): boolean {
  const stamp = stampOf(step);
  if (!existsSync(stamp) || step.outputs.some((output) => !existsSync(join(root, output)))) return true;
  return readFileSync(stamp, 'utf8') !== digestOf(step.inputs);
}

/**
 * Runs the steps that are not up to date, one after the other, with a progress line for each. Two commands in one checkout do not do the
 * same step twice: the second waits for the first.
 */
export async function ensure(steps: readonly Step[]): Promise<void> {
  const due = steps.filter(isDue);
  for (const [index, step] of due.entries()) {
    const position = `[${index + 1}/${due.length}]`;
    const run = async () => {
      const digest = digestOf(step.inputs);
      if (!isDue(step)) return;
      await runStep(step, position);
      writeWhole(stampOf(step), digest);
    };
    await exclusively(`${stampOf(step)}.lock`, run, () =>
      process.stderr.write(`◎ ${position} ${step.name}: another command is at it\n`),
    );
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
