/** Error numbers of WASI preview 1. */
export const errno = {
  SUCCESS: 0,
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  ECONNRESET: 15,
  EEXIST: 20,
  EFAULT: 21,
  EFBIG: 22,
  EILSEQ: 25,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENOENT: 44,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSOCK: 57,
  ENOTSUP: 58,
  EPERM: 63,
  EPIPE: 64,
  EROFS: 69,
  ESPIPE: 70,
} as const;

/** Thrown by the implementation of a WASI function; the plugin gets the number. */
export class Errno extends Error {
  readonly number: number;
  constructor(number: number) {
    super(`WASI errno ${number}`);
    this.number = number;
  }
}

const named: ReadonlyMap<string, number> = new Map(Object.entries(errno));

/** The number for something thrown, e.g. by `node:fs`; null when it is no such thing. */
export function errnoOf(error: unknown): number | null {
  if (error instanceof Errno) return error.number;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) {
    return named.get(error.code) ?? errno.EIO;
  }
  return null;
}
