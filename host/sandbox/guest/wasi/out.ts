import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Errno, errno } from './errno.ts';
import { listFolder, safeOpen, statOf } from './host-file.ts';
import { checkNewName } from './path.ts';
import { directory, type FileTree, type OpenMode } from './tree.ts';
import { type Descriptor, type FileStat, fileType } from './types.ts';

export interface OutLimits {
  readonly bytes: number;
  readonly files: number;
}

/** The folder that a plugin writes its result to, and what was left out of it. */
export interface OutTree extends FileTree {
  readonly skipped: ReadonlySet<string>;
}

const mostSkipped = 10_000;

/**
 * A host folder that a plugin can write below but not read from. It holds folders and regular files only; no links are ever
 * made, so paths cannot leave it.
 */
export function outTree(point: string, host: string, limits: OutLimits): OutTree {
  const skipped = new Set<string>();
  let bytes = 0;
  let files = 0;
  const locate = (path: string) => `${host}${path.slice(point.length)}`;
  const grow = (by: number) => {
    if (by > 0 && bytes + by > limits.bytes) throw new Errno(errno.EFBIG);
    bytes += by;
  };
  const checkNew = (path: string) => {
    checkNewName(path);
    if (files >= limits.files) throw new Errno(errno.ENOSPC);
  };
  const look = (path: string) => lstatSync(locate(path), { throwIfNoEntry: false });
  const find = (path: string): FileStat | null => {
    const stats = look(path);
    return stats ? statOf(stats) : null;
  };
  const existing = (path: string) => {
    const stat = find(path);
    if (!stat) throw new Errno(errno.ENOENT);
    return stat;
  };
  const openFile = (path: string, mode: OpenMode, before: FileStat | null): Descriptor => {
    if (!mode.write) throw new Errno(errno.EACCES);
    if (before && mode.exclusive && mode.create) throw new Errno(errno.EEXIST);
    if (!before) {
      if (!mode.create) throw new Errno(errno.ENOENT);
      checkNew(path);
    }
    const create = before ? 0 : constants.O_CREAT | constants.O_EXCL;
    const fd = openSync(locate(path), constants.O_WRONLY | create | safeOpen, 0o644);
    if (!before) files += 1;
    const file = writableFile({ fd, append: mode.append, grow });
    if (mode.truncate && before) file.truncate?.(0);
    return file;
  };
  return {
    skipped,
    stat: existing,
    open(path, mode) {
      const before = find(path);
      if (before?.type === fileType.directory) {
        if (mode.write && !mode.directory) throw new Errno(errno.EISDIR);
        return directory(path, before, () => listFolder(locate(path)));
      }
      if (mode.directory) throw new Errno(before ? errno.ENOTDIR : errno.ENOENT);
      return openFile(path, mode, before);
    },
    createDirectory(path) {
      if (find(path)) throw new Errno(errno.EEXIST);
      checkNew(path);
      mkdirSync(locate(path), 0o755);
      files += 1;
    },
    removeDirectory(path) {
      if (path === point) throw new Errno(errno.EPERM);
      rmdirSync(locate(path));
      files -= 1;
    },
    removeFile(path) {
      const { type, size } = existing(path);
      if (type === fileType.directory) throw new Errno(errno.EISDIR);
      unlinkSync(locate(path));
      grow(-Number(size));
      files -= 1;
    },
    rename(from, to) {
      if (from === point || to === point) throw new Errno(errno.EPERM);
      checkNewName(to);
      const replaced = find(to);
      renameSync(locate(from), locate(to));
      if (replaced && from !== to) {
        files -= 1;
        if (replaced.type === fileType.regular) grow(-Number(replaced.size));
      }
    },
    skip(path) {
      if (skipped.size >= mostSkipped) throw new Errno(errno.ENOSPC);
      skipped.add(path);
    },
    setExecutable(path, executable) {
      const stats = look(path);
      if (!stats) throw new Errno(errno.ENOENT);
      if (!stats.isFile()) throw new Errno(errno.EINVAL);
      const isExecutable = (stats.mode & 0o111) !== 0;
      if (isExecutable !== executable) chmodSync(locate(path), executable ? 0o755 : 0o644);
    },
  };
}

interface Writable {
  readonly fd: number;
  readonly append: boolean;
  /** Takes note of a change in size, or refuses it. */
  grow(by: number): void;
}

/**
 * A file for writing. Its size is asked of the disk each time, as a file can be open twice; one that was removed meanwhile
 * takes nothing more, as it no longer counts.
 */
function writableFile({ fd, append, grow }: Writable): Descriptor {
  let position = 0;
  const size = () => {
    const stats = fstatSync(fd);
    if (stats.nlink === 0) throw new Errno(errno.EBADF);
    return stats.size;
  };
  return {
    type: fileType.regular,
    flags: append ? 1 : 0,
    write(from, at) {
      const before = size();
      const start = at ?? (append ? before : position);
      grow(Math.max(0, start + from.length - before));
      let done = 0;
      while (done < from.length) done += writeSync(fd, from, done, from.length - done, start + done);
      if (at === null) position = start + done;
      return done;
    },
    seek(offset, from) {
      const base = from === 'start' ? 0 : from === 'current' ? position : size();
      if (base + offset < 0) throw new Errno(errno.EINVAL);
      position = base + offset;
      return position;
    },
    truncate(to) {
      grow(to - size());
      ftruncateSync(fd, to);
    },
    stat: () => statOf(fstatSync(fd)),
    close: () => closeSync(fd),
  };
}
