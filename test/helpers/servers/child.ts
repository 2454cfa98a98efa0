import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  /** The end of what it wrote. */
  output(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it can be used by now. */
  ready(): Promise<boolean>;
}

const patienceMs = 30_000;

/**
 * Starts a server of `test/servers` and waits until it can be used. It ends when its standard input does, so it never outlives this process.
 * @throws Error with its output when it does not start
 */
export async function startServer({ command, args, env, ready }: ServerOptions): Promise<ServerProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-100_000);
    });
  }
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => void process.off('exit', killAtExit));
  const deadline = Date.now() + patienceMs;
  while (!(await ready().catch(() => false))) {
    if (hasEnded(child) || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not start:\n${output.slice(-4000)}`);
    }
    await sleep(20);
  }
  // A test that forgets to stop it still ends.
  for (const part of [child, child.stdout, child.stderr, child.stdin]) {
    if ('unref' in part && typeof part.unref === 'function') part.unref();
  }
  return {
    output: () => output,
    async stop() {
      child.ref();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;
