import { Errno, errno } from './errno.ts';
import { isBelow } from './path.ts';
import { type Descriptor, type DirectoryEntry, type FileStat, fileType } from './types.ts';

/** How a file is to be opened. */
export interface OpenMode {
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly directory: boolean;
  readonly append: boolean;
}

/** A part of what a plugin sees as its file system. Paths are absolute guest paths without `.` and `..`. */
export interface FileTree {
  open(path: string, mode: OpenMode): Descriptor;
  /** Of the file itself: links are never followed. */
  stat(path: string): FileStat;
  createDirectory(path: string): void;
  removeDirectory(path: string): void;
  removeFile(path: string): void;
  rename(from: string, to: string): void;
  /** A link or special file that was not made; it is only noted. */
  skip(path: string): void;
  setExecutable(path: string, executable: boolean): void;
}

function readOnly(): never {
  throw new Errno(errno.EROFS);
}

/** What every tree that cannot be written to answers. */
export const refuseWrites = {
  createDirectory: readOnly,
  removeDirectory: readOnly,
  removeFile: readOnly,
  rename: readOnly,
  skip: readOnly,
  setExecutable: readOnly,
} as const;

/**
 * The root of a plugin's file system: folders that exist only as names on the way to the mounts.
 * @param mounts guest path → what is there
 */
export function rootTree(mounts: ReadonlyMap<string, FileTree>): FileTree {
  const points = [...mounts.keys()].sort((a, b) => b.length - a.length);
  const find = (path: string) => mounts.get(points.find((point) => isBelow(path, point)) ?? '');
  const children = (path: string) => {
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = points.filter((point) => point.startsWith(prefix));
    return [...new Set(below.map((point) => point.slice(prefix.length).split('/')[0] ?? ''))].sort();
  };
  const synthetic = (path: string): FileStat => {
    if (path !== '/' && children(path).length === 0) throw new Errno(errno.ENOENT);
    return { type: fileType.directory, inode: inodeOf(path), size: 0n };
  };
  const entry = (folder: string, name: string): DirectoryEntry => ({
    name,
    type: fileType.directory,
    inode: inodeOf(`${folder}/${name}`),
  });
  const bare: FileTree = {
    ...refuseWrites,
    stat: synthetic,
    open(path, mode) {
      if (mode.write || mode.create || mode.truncate) throw new Errno(errno.EROFS);
      const stat = synthetic(path);
      return directory(path, stat, () => children(path).map((name) => entry(path, name)));
    },
  };
  const at = (path: string) => find(path) ?? bare;
  return {
    open: (path, mode) => at(path).open(path, mode),
    stat: (path) => at(path).stat(path),
    createDirectory: (path) => at(path).createDirectory(path),
    removeDirectory: (path) => at(path).removeDirectory(path),
    removeFile: (path) => at(path).removeFile(path),
    rename(from, to) {
      if (at(from) !== at(to)) throw new Errno(errno.EROFS);
      at(from).rename(from, to);
    },
    skip: (path) => at(path).skip(path),
    setExecutable: (path, executable) => at(path).setExecutable(path, executable),
  };
}

/** FNV-1a: stable, and unlike the numbers of real files. */
function inodeOf(path: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(path)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash | (1n << 63n);
}

/** An open folder; it is listed when the plugin asks, once. */
export function directory(path: string, stat: FileStat, list: () => readonly DirectoryEntry[]): Descriptor {
  let listed: readonly DirectoryEntry[] | null = null;
  return {
    type: fileType.directory,
    flags: 0,
    path,
    stat: () => stat,
    list() {
      listed ??= list();
      return listed;
    },
    close() {},
  };
}
