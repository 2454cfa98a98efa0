import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

/** Exit codes of a shell for programs that cannot be run and that are not there. */
const cannotRun = 126;
const notFound = 127;

/**
 * Runs a program with the streams of this process and gives its exit code; 128 and the signal's number when a signal ended it, as in a
 * shell. Not `execve`: Node makes pipes non-blocking, and the program would inherit that.
 */
export function exec(file: string, args: readonly string[]): Promise<number> {
  // On a terminal Ctrl-C reaches the program by itself.
  const relayed: NodeJS.Signals[] = isatty(0) ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal);
  return new Promise((done) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    process.on('SIGINT', () => {});
    for (const signal of relayed) process.on(signal, () => child.kill(signal));
    child.once('error', (error: NodeJS.ErrnoException) => {
      process.stderr.write(`✗ cannot run ${file}: ${error.message}\n`);
      done(error.code === 'ENOENT' ? notFound : cannotRun);
    });
    child.once('exit', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
