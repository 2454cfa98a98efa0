/** File types of WASI preview 1. */
export const fileType = {
  unknown: 0,
  character: 2,
  directory: 3,
  regular: 4,
  stream: 6,
  link: 7,
} as const;

/** What `fd_filestat_get` reports. Times are always 0, so that equal trees look equal to a plugin. */
export interface FileStat {
  readonly type: number;
  readonly inode: bigint;
  readonly size: bigint;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly inode: bigint;
}

/** Something that a plugin has open. Methods that are missing answer EBADF. */
export interface Descriptor {
  readonly type: number;
  /** fdflags: append 1, non-blocking 4. */
  flags: number;
  /** Guest path, for directories: where relative paths start. */
  readonly path?: string;
  /** Fills `into`, at the position `at` or the descriptor's own; 0 is the end. */
  read?(into: Uint8Array, at: number | null): number;
  write?(from: Uint8Array, at: number | null): number;
  seek?(offset: number, from: 'start' | 'current' | 'end'): number;
  truncate?(size: number): void;
  stat(): FileStat;
  list?(): readonly DirectoryEntry[];
  /** Sockets: what can be done without waiting. */
  ready?(): { readable: number; writable: boolean; hangup: boolean };
  shutdown?(): void;
  close(): void;
}
