import type { WriteStream } from 'node:tty';

/** The window that a stream is shown in. */
export interface Terminal {
  readonly columns: number;
  /** Whether colours are wanted: not when `NO_COLOR` is set (no-color.org) or the terminal is dumb. */
  readonly hasColour: boolean;
}

/** @returns undefined when the stream is no terminal */
export function terminalOf(
  stream: Pick<WriteStream, 'columns'> & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Terminal | undefined {
  if (!stream.isTTY) return undefined;
  return { columns: stream.columns, hasColour: !env['NO_COLOR'] && env['TERM'] !== 'dumb' };
}
