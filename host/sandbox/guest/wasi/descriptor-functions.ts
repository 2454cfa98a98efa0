import type { WasiContext, WasiFunctions } from './context.ts';
import { Errno, errno } from './errno.ts';
import type { Descriptor, FileStat } from './types.ts';

const allRights = 0x1fffffffn;
const whence = ['start', 'current', 'end'] as const;

/** `fd_filestat_get` and `path_filestat_get` write this. */
export function writeStat(view: DataView, pointer: number, stat: FileStat): void {
  const at = pointer >>> 0;
  for (let offset = 0; offset < 64; offset += 8) view.setBigUint64(at + offset, 0n, true);
  view.setBigUint64(at, 1n, true);
  view.setBigUint64(at + 8, stat.inode, true);
  view.setUint8(at + 16, stat.type);
  view.setBigUint64(at + 24, 1n, true);
  view.setBigUint64(at + 32, stat.size, true);
}

/** The functions of WASI that work on something open. */
export function descriptorFunctions({ memory, descriptors }: WasiContext): WasiFunctions {
  const buffers = (list: number, count: number) => {
    if (count >>> 0 > 1024) throw new Errno(errno.EINVAL);
    const view = memory.view();
    return Array.from({ length: count >>> 0 }, (_, index) => {
      const at = (list >>> 0) + index * 8;
      return memory.bytes(view.getUint32(at, true), view.getUint32(at + 4, true));
    });
  };
  const transfer = (
    fd: number,
    {
      list,
      count,
      at,
      done,
      how,
    }: { list: number; count: number; at: bigint | null; done: number; how: 'read' | 'write' },
  ) => {
    const descriptor = descriptors.get(fd);
    const start = at === null ? null : unsigned(at);
    let total = 0;
    for (const buffer of buffers(list, count)) {
      if (buffer.length === 0) continue;
      const position = start === null ? null : start + total;
      let moved: number;
      try {
        moved = required(descriptor, how)(buffer, position);
      } catch (error) {
        // What was done before counts; the failure shows on the next attempt.
        if (total > 0 && error instanceof Errno && error.number === errno.EAGAIN) break;
        throw error;
      }
      total += moved;
      if (moved < buffer.length) break;
    }
    memory.view().setUint32(done >>> 0, total, true);
  };
  /** A place or a size; the engine gives what is beyond 2^63 as a negative number, with which counting would go backwards. */
  const unsigned = (value: bigint) => {
    if (value < 0n) throw new Errno(errno.EINVAL);
    return Number(value);
  };
  const seek = (fd: number, offset: bigint, from: number, result: number) => {
    const descriptor = descriptors.get(fd);
    const origin = whence[from];
    if (!descriptor.seek) throw new Errno(errno.ESPIPE);
    if (!origin) throw new Errno(errno.EINVAL);
    memory.view().setBigUint64(result >>> 0, BigInt(descriptor.seek(Number(offset), origin)), true);
  };
  return {
    fd_read: (fd: number, list: number, count: number, done: number) =>
      transfer(fd, { list, count, at: null, done, how: 'read' }),
    fd_pread: (fd: number, list: number, count: number, at: bigint, done: number) =>
      transfer(fd, { list, count, at, done, how: 'read' }),
    fd_write: (fd: number, list: number, count: number, done: number) =>
      transfer(fd, { list, count, at: null, done, how: 'write' }),
    fd_pwrite: (fd: number, list: number, count: number, at: bigint, done: number) =>
      transfer(fd, { list, count, at, done, how: 'write' }),
    sock_recv: (fd: number, list: number, count: number, _flags: number, done: number, flags: number) => {
      transfer(fd, { list, count, at: null, done, how: 'read' });
      memory.view().setUint16(flags >>> 0, 0, true);
    },
    sock_send: (fd: number, list: number, count: number, _flags: number, done: number) =>
      transfer(fd, { list, count, at: null, done, how: 'write' }),
    sock_shutdown: (fd: number) => {
      const descriptor = descriptors.get(fd);
      if (!descriptor.shutdown) throw new Errno(errno.ENOTSOCK);
      descriptor.shutdown();
    },
    fd_seek: seek,
    fd_tell: (fd: number, result: number) => seek(fd, 0n, 1, result),
    fd_close: (fd: number) => descriptors.close(fd),
    fd_renumber: (from: number, to: number) => descriptors.renumber(from, to),
    fd_sync: (fd: number) => void descriptors.get(fd),
    fd_datasync: (fd: number) => void descriptors.get(fd),
    fd_advise: (fd: number) => void descriptors.get(fd),
    fd_filestat_get: (fd: number, result: number) =>
      writeStat(memory.view(), result, descriptors.get(fd).stat()),
    fd_filestat_set_size: (fd: number, size: bigint) =>
      required(descriptors.get(fd), 'truncate')(unsigned(size)),
    fd_filestat_set_times: (fd: number) => void descriptors.get(fd),
    fd_fdstat_get: (fd: number, result: number) => {
      const { type, flags } = descriptors.get(fd);
      const view = memory.view();
      const at = result >>> 0;
      view.setBigUint64(at, 0n, true);
      view.setUint8(at, type);
      view.setUint16(at + 2, flags, true);
      view.setBigUint64(at + 8, allRights, true);
      view.setBigUint64(at + 16, allRights, true);
    },
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      descriptors.get(fd).flags = flags;
    },
    fd_fdstat_set_rights: (fd: number) => void descriptors.get(fd),
    fd_prestat_get: (fd: number, result: number) => {
      if (fd !== 3) throw new Errno(errno.EBADF);
      memory.view().setUint32(result >>> 0, 0, true);
      memory.view().setUint32((result >>> 0) + 4, 1, true);
    },
    fd_prestat_dir_name: (fd: number, pointer: number, length: number) => {
      if (fd !== 3) throw new Errno(errno.EBADF);
      if (length < 1) throw new Errno(errno.ENAMETOOLONG);
      memory.bytes(pointer, 1).set([0x2f]);
    },
    fd_readdir: (fd: number, pointer: number, length: number, cookie: bigint, used: number) => {
      const entries = required(descriptors.get(fd), 'list')();
      const written = writeEntries(memory.bytes(pointer, length), entries.entries().drop(unsigned(cookie)));
      memory.view().setUint32(used >>> 0, written, true);
    },
  };
}

type Operation = 'read' | 'write' | 'truncate' | 'list';

function required<K extends Operation>(descriptor: Descriptor, name: K): NonNullable<Descriptor[K]> {
  const operation = descriptor[name];
  if (operation) return operation;
  if (name === 'list') throw new Errno(errno.ENOTDIR);
  throw new Errno(descriptor.path === undefined ? errno.EBADF : errno.EISDIR);
}

const encoder = new TextEncoder();

/** Writes as many entries as fit, the last one cut off: that is how a reader knows that there are more. */
function writeEntries(
  into: Uint8Array<ArrayBuffer>,
  entries: Iterable<[number, { name: string; type: number; inode: bigint }]>,
): number {
  let used = 0;
  for (const [index, { name, type, inode }] of entries) {
    const label = encoder.encode(name);
    const record = new Uint8Array(24 + label.length);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, inode, true);
    view.setUint32(16, label.length, true);
    view.setUint8(20, type);
    record.set(label, 24);
    const part = record.subarray(0, into.length - used);
    into.set(part, used);
    used += part.length;
    if (used === into.length) break;
  }
  return used;
}
