import { errno } from '@flux-host/host/sandbox/guest/wasi/errno.ts';
import { type Argument, type At, buffer, type Step, scratch, step } from './program.ts';

/** Where WASI leaves the number of what was opened last. */
export const opened: At = { at: scratch };
const count = scratch + 8;

export interface Opening {
  /** Number of the folder that a relative path starts at; the root. */
  readonly from?: Argument;
  readonly write?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  readonly directory?: boolean;
  /** Where to leave its number. */
  readonly into?: At;
}

/** `path_open` */
export function open(path: string | Uint8Array, how: Opening = {}): Step {
  const flags = (how.create ? 1 : 0) | (how.directory ? 2 : 0) | (how.truncate ? 8 : 0);
  const rights = how.write ? 64n : 2n;
  const name = typeof path === 'string' ? path : { bytes: path };
  return step('wasi.path_open', how.from ?? 3, 0, name, flags, rights, 0n, 0, (how.into ?? opened).at);
}

/** Where one read or write of so many bytes takes place: {@link buffer}. */
function vector(bytes: number): Argument {
  return { pointer: new Uint8Array(Uint32Array.of(buffer, bytes).buffer) };
}

/** `fd_read` */
export function read(bytes: number, from: Argument = opened): Step {
  return step('wasi.fd_read', from, vector(bytes), 1, count);
}

/** How many bytes the last read or write moved. */
export const moved: At = { at: count };

/** `fd_write`, or `fd_pwrite` with a place. */
export function write(bytes: number, { to = opened, at }: { to?: Argument; at?: bigint } = {}): Step {
  return at === undefined
    ? step('wasi.fd_write', to, vector(bytes), 1, count)
    : step('wasi.fd_pwrite', to, vector(bytes), 1, at, count);
}

/** `fd_write` of a text. */
export function writeText(text: string): Step {
  return step('wasi.fd_write', opened, { vector: new TextEncoder().encode(text) }, count);
}

const names = new Map<number, string>(Object.entries(errno).map(([name, number]) => [number, name]));

/** WASI's error numbers by name, to be read in a failed assertion. */
export function named(codes: readonly number[]): string[] {
  return codes.map((code) => names.get(code) ?? String(code));
}
