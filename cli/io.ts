import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** What a command line program has of the world around it. Tests give their own. */
export interface Io {
  /** Data: tables, YAML. */
  out(text: string): void;
  /** Everything said to a person. */
  err(text: string): void;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Where `out` and `err` are read; absent for a file or a pipe. */
  readonly terminals?: { readonly out?: Terminal; readonly err?: Terminal };
  /** The current folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs another program in place of this one: its streams and signals become those of the program. Gives its exit code. */
  exec(file: string, args: readonly string[]): Promise<number>;
  /** Aborts when the user presses Ctrl-C. */
  readonly interrupt: AbortSignal;
}
