import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending } from './summary.ts';

/** A command to run for a job. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Ends the command early; it counts as timed out. */
  readonly signal: AbortSignal;
}

const outputLimit = 4 * 1024 * 1024;

/**
 * Runs a command as the leader of a process group and kills the whole group when the command is over, so that
 * nothing it started stays.
 * @returns how it ended and the last 4 MiB of its output
 */
export async function runCommand(options: Command): Promise<Ending & { output: string }> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-outputLimit);
    });
  }
  const killGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  };
  let timedOut = false;
  const expire = () => {
    timedOut = true;
    killGroup();
  };
  const timer = setTimeout(expire, options.timeoutMs);
  options.signal.addEventListener('abort', expire);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ending = await new Promise<Omit<Ending, 'timedOut'>>((resolve) => {
    child.once('error', (error) => {
      output += `cannot run ${options.command}: ${error.message}\n`;
      resolve({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  options.signal.removeEventListener('abort', expire);
  killGroup();
  // A process outside the group may hold the pipes open for ever.
  await Promise.race([closed, sleep(2000, undefined, { ref: false })]);
  return { ...ending, timedOut, output };
}
