import { execFile } from 'node:child_process';
import type { Completion } from '../../command/types.ts';
import type { Io } from '../../io.ts';

const failed: Completion = { candidates: [], directive: 1 };
const maxBytes = 2 ** 20;

/** Asks a plugin for candidates, in cobra's protocol: a line for each, then `:` and the directive. */
export function completeNative(file: string, words: readonly string[], io: Io): Promise<Completion> {
  return new Promise((done) => {
    execFile(
      file,
      ['__complete', ...words],
      { env: definedOf(io.env), encoding: 'utf8', maxBuffer: maxBytes, signal: io.interrupt },
      (error, stdout) => done(error ? failed : parse(stdout)),
    );
  });
}

function parse(stdout: string): Completion {
  const lines = stdout.replace(/\n+$/, '').split('\n');
  const [, directive] = /^:(\d+)$/.exec(lines.at(-1) ?? '') ?? [];
  if (stdout.trim() === '') return failed;
  return { candidates: lines.slice(0, -1).filter(Boolean), directive: Number(directive ?? 0) };
}

function definedOf(env: Io['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
