import { Errno, errno } from './errno.ts';
import type { FileTree } from './tree.ts';
import { type Descriptor, type FileStat, fileType } from './types.ts';

/**
 * A tree in which some files have another content than on disk. They have to be there, as files: nothing is added, and nothing is put in
 * the place of a folder or a link.
 * @param files guest path → content
 */
export function overlaid(base: FileTree, files: ReadonlyMap<string, Uint8Array>): FileTree {
  if (files.size === 0) return base;
  const find = (path: string) => {
    const content = files.get(path);
    const stat = base.stat(path);
    return content && stat.type === fileType.regular ? { content, stat } : { stat };
  };
  return {
    ...base,
    stat(path) {
      const { content, stat } = find(path);
      return content ? { ...stat, size: BigInt(content.length) } : stat;
    },
    open(path, mode) {
      const { content, stat } = files.has(path) ? find(path) : {};
      if (!content || !stat) return base.open(path, mode);
      if (mode.write || mode.create || mode.truncate) throw new Errno(errno.EROFS);
      if (mode.directory) throw new Errno(errno.ENOTDIR);
      return memoryFile(content, stat);
    },
  };
}

function memoryFile(content: Uint8Array, stat: FileStat): Descriptor {
  let position = 0;
  return {
    type: fileType.regular,
    flags: 0,
    read(into, at) {
      const part = content.subarray(at ?? position, (at ?? position) + into.length);
      into.set(part);
      if (at === null) position += part.length;
      return part.length;
    },
    seek(offset, from) {
      const base = from === 'start' ? 0 : from === 'current' ? position : content.length;
      if (base + offset < 0) throw new Errno(errno.EINVAL);
      position = base + offset;
      return position;
    },
    stat: () => ({ ...stat, size: BigInt(content.length) }),
    close() {},
  };
}
