import { lstatSync } from 'node:fs';
import { Errno, errno } from './errno.ts';
import { listFolder, readableFile, statOf } from './host-file.ts';
import { directory, type FileTree, refuseWrites } from './tree.ts';
import { type FileStat, fileType } from './types.ts';

/** Guest paths that a call looked at, with a slash at the end where a folder was listed; bounded, as a plugin chooses the names. */
export interface Reads {
  add(path: string): void;
  readonly paths: ReadonlySet<string>;
}

const mostReads = 200_000;
const mostCharacters = 16 * 2 ** 20;

export function recordReads(): Reads {
  const paths = new Set<string>();
  let characters = 0;
  return {
    add(path) {
      if (paths.has(path)) return;
      characters += path.length;
      if (paths.size >= mostReads || characters > mostCharacters) throw new Errno(errno.EMFILE);
      paths.add(path);
    },
    paths,
  };
}

/**
 * A host folder, read-only and on demand. Links in it can be seen but lead nowhere, so no path leaves the folder.
 * @param point guest path of the mount
 */
export function mountTree(point: string, host: string, reads: Reads): FileTree {
  const folders = new Set<string>();
  // Every folder on the way is looked at, once: a link in the middle would be followed by the system otherwise.
  const locate = (path: string) => {
    const names = path.slice(point.length).split('/').filter(Boolean);
    let at = host;
    for (const [index, name] of names.entries()) {
      if (index > 0 && !folders.has(at)) {
        const stats = lstatSync(at);
        if (stats.isSymbolicLink()) throw new Errno(errno.ELOOP);
        if (!stats.isDirectory()) throw new Errno(errno.ENOTDIR);
        folders.add(at);
      }
      at = `${at}/${name}`;
    }
    return at;
  };
  const look = (path: string): { at: string; stat: FileStat } => {
    // Recorded before it is known to exist: a file that was missing is as much a reason for a result as one that was read.
    reads.add(path);
    const at = locate(path);
    return { at, stat: statOf(lstatSync(at)) };
  };
  return {
    ...refuseWrites,
    stat: (path) => look(path).stat,
    open(path, mode) {
      if (mode.write || mode.create || mode.truncate) throw new Errno(errno.EROFS);
      const { at, stat } = look(path);
      if (stat.type === fileType.link) throw new Errno(errno.ELOOP);
      if (stat.type === fileType.directory) {
        return directory(path, stat, () => {
          reads.add(`${path}/`);
          return listFolder(at);
        });
      }
      if (mode.directory) throw new Errno(errno.ENOTDIR);
      return readableFile(at);
    },
  };
}
