import type { WasiContext, WasiFunctions } from './context.ts';
import { writeStat } from './descriptor-functions.ts';
import { Errno, errno } from './errno.ts';
import { resolvePath } from './path.ts';
import { fileType } from './types.ts';

const rightWrite = 1n << 6n;
const openCreate = 1;
const openDirectory = 2;
const openExclusive = 4;
const openTruncate = 8;
const followLinks = 1;

/** The functions of WASI that take a path. */
export function pathFunctions(context: WasiContext): WasiFunctions {
  const { memory, descriptors } = context;
  const path = (fd: number, pointer: number, length: number) => {
    const base = descriptors.get(fd).path;
    if (base === undefined) throw new Errno(errno.ENOTDIR);
    return resolvePath(base, memory.text(pointer, length));
  };
  return {
    path_open: (
      fd: number,
      _lookup: number,
      pointer: number,
      length: number,
      how: number,
      rights: bigint,
      _inheriting: bigint,
      flags: number,
      result: number,
    ) => {
      const descriptor = context.tree.open(path(fd, pointer, length), {
        write: (rights & rightWrite) !== 0n && (how & openDirectory) === 0,
        create: (how & openCreate) !== 0,
        directory: (how & openDirectory) !== 0,
        exclusive: (how & openExclusive) !== 0,
        truncate: (how & openTruncate) !== 0,
        append: (flags & 1) !== 0,
      });
      memory.view().setUint32(result >>> 0, descriptors.add(descriptor), true);
    },
    path_filestat_get: (fd: number, lookup: number, pointer: number, length: number, result: number) => {
      const stat = context.tree.stat(path(fd, pointer, length));
      if (stat.type === fileType.link && (lookup & followLinks) !== 0) throw new Errno(errno.ELOOP);
      writeStat(memory.view(), result, stat);
    },
    path_filestat_set_times: (fd: number, _lookup: number, pointer: number, length: number) =>
      void context.tree.stat(path(fd, pointer, length)),
    path_create_directory: (fd: number, pointer: number, length: number) =>
      context.tree.createDirectory(path(fd, pointer, length)),
    path_remove_directory: (fd: number, pointer: number, length: number) =>
      context.tree.removeDirectory(path(fd, pointer, length)),
    path_unlink_file: (fd: number, pointer: number, length: number) =>
      context.tree.removeFile(path(fd, pointer, length)),
    path_rename: (fd: number, from: number, fromLength: number, toFd: number, to: number, toLength: number) =>
      context.tree.rename(path(fd, from, fromLength), path(toFd, to, toLength)),
    // Links are not made but noted, and the plugin goes on: an artifact does not hold any.
    path_symlink: (_target: number, _targetLength: number, fd: number, pointer: number, length: number) =>
      context.tree.skip(path(fd, pointer, length)),
    path_link: (
      _fd: number,
      _lookup: number,
      _target: number,
      _targetLength: number,
      toFd: number,
      pointer: number,
      length: number,
    ) => context.tree.skip(path(toFd, pointer, length)),
    path_readlink: () => {
      throw new Errno(errno.EACCES);
    },
  };
}
