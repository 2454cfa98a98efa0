import { createInterface } from 'node:readline';
import { aborted } from './command/errors.ts';
import type { Io } from './io.ts';

/**
 * Asks a yes-or-no question; only `y` or `yes` is a yes. The answer may come through a pipe.
 * @throws FluxError FLUX_E_CLI_ABORTED for any other answer, or none
 */
export async function confirm(question: string, io: Io): Promise<void> {
  io.err(`? ${question}? [y/N] `);
  if (!/^y(es)?$/i.test((await firstLine(io)).trim())) throw aborted();
}

async function firstLine({ stdin, interrupt }: Io): Promise<string> {
  const lines = createInterface({ input: stdin, signal: interrupt });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    stdin.pause();
  }
}
