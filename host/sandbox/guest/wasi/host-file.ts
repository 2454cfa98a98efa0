import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { Errno, errno } from './errno.ts';
import { type Descriptor, type DirectoryEntry, type FileStat, fileType } from './types.ts';

/** Flags of every open: a link is never followed, a named pipe never waited for. */
export const safeOpen = constants.O_NOFOLLOW | constants.O_NONBLOCK;

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

export function typeOf(kinds: Kinds): number {
  if (kinds.isFile()) return fileType.regular;
  if (kinds.isDirectory()) return fileType.directory;
  return kinds.isSymbolicLink() ? fileType.link : fileType.unknown;
}

export function statOf(stats: Stats): FileStat {
  return { type: typeOf(stats), inode: BigInt(stats.ino), size: BigInt(stats.size) };
}

/** Entries of a host folder, sorted, so that a plugin's work does not depend on the disk. */
export function listFolder(host: string): DirectoryEntry[] {
  return readdirSync(host, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, type: typeOf(entry), inode: 0n }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file for reading. */
export function readableFile(host: string): Descriptor {
  const fd = openSync(host, constants.O_RDONLY | safeOpen);
  const stats = fstatSync(fd);
  if (!stats.isFile()) {
    closeSync(fd);
    throw new Errno(errno.EACCES);
  }
  let position = 0;
  return {
    type: fileType.regular,
    flags: 0,
    read(into, at) {
      const count = readSync(fd, into, 0, into.length, at ?? position);
      if (at === null) position += count;
      return count;
    },
    seek(offset, from) {
      const base = from === 'start' ? 0 : from === 'current' ? position : stats.size;
      if (base + offset < 0) throw new Errno(errno.EINVAL);
      position = base + offset;
      return position;
    },
    stat: () => statOf(stats),
    close: () => closeSync(fd),
  };
}
