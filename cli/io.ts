import type { Readable } from 'node:stream';

/** What a command line program has of the world around it. Tests give their own. */
export interface Io {
  /** Data: tables, YAML. */
  out(text: string): void;
  /** Everything said to a person. */
  err(text: string): void;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** The current folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs another program in place of this one: its streams and signals become those of the program. Gives its exit code. */
  exec(file: string, args: readonly string[]): Promise<number>;
  /** Aborts when the user presses Ctrl-C. */
  readonly interrupt: AbortSignal;
}
