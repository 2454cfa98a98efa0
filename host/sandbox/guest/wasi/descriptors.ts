import { Errno, errno } from './errno.ts';
import type { Descriptor } from './types.ts';

const limit = 1024;
/** Standard streams and the preopened root stay open over calls. */
const kept = 4;

/** The table of what a plugin has open. Numbers are reused, lowest first, as POSIX does. */
export interface Descriptors {
  get(fd: number): Descriptor;
  add(descriptor: Descriptor): number;
  close(fd: number): void;
  renumber(from: number, to: number): void;
  /** Closes everything but the standard streams and the root. */
  reset(): void;
}

export function descriptors(initial: readonly Descriptor[]): Descriptors {
  const table: (Descriptor | undefined)[] = [...initial];
  const get = (fd: number) => {
    const found = table[fd];
    if (!found) throw new Errno(errno.EBADF);
    return found;
  };
  return {
    get,
    add(descriptor) {
      let fd = kept;
      while (table[fd]) fd += 1;
      if (fd >= limit) {
        descriptor.close();
        throw new Errno(errno.EMFILE);
      }
      table[fd] = descriptor;
      return fd;
    },
    close(fd) {
      const found = get(fd);
      if (fd < kept) return;
      table[fd] = undefined;
      found.close();
    },
    renumber(from, to) {
      if (from < kept || to < kept) throw new Errno(errno.ENOTSUP);
      const moved = get(from);
      const replaced = get(to);
      table[to] = moved;
      table[from] = undefined;
      if (replaced !== moved) replaced.close();
    },
    reset() {
      for (const open of table.slice(kept)) open?.close();
      table.length = kept;
    },
  };
}
