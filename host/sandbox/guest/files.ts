import type { CallMessage } from '../protocol.ts';
import { mountTree, recordReads } from './wasi/mount.ts';
import { outTree } from './wasi/out.ts';
import { overlaid } from './wasi/overlay.ts';
import { type FileTree, rootTree } from './wasi/tree.ts';
import { type Descriptor, fileType } from './wasi/types.ts';

/** Where a plugin writes its files. */
const outPoint = '/out';

/** The file system between calls: an empty root. */
export const noFiles: FileTree = rootTree(new Map());

/** What a plugin sees during a call, and what it did there. */
export interface FileSystem {
  readonly tree: FileTree;
  readonly reads: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
}

export function fileSystem({ mounts, files, out, limits }: CallMessage): FileSystem {
  const reads = recordReads();
  const trees = new Map<string, FileTree>();
  const instead = new Map(Object.entries(files));
  for (const [point, host] of Object.entries(mounts)) {
    trees.set(point, overlaid(mountTree(point, host, reads), instead));
  }
  if (out === null) return { tree: rootTree(trees), reads: reads.paths, skipped: new Set() };
  const written = outTree(outPoint, out, { bytes: limits.outFileBytes, files: limits.outFiles });
  trees.set(outPoint, written);
  return { tree: rootTree(trees), reads: reads.paths, skipped: written.skipped };
}

const readFolder = {
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: true,
  append: false,
};

/**
 * Descriptor 3: the root, below which each call's mounts appear. Languages look for preopened folders once, at start, when
 * the mounts are not known.
 */
export function preopenedRoot(tree: () => FileTree): Descriptor {
  return {
    type: fileType.directory,
    flags: 0,
    path: '/',
    stat: () => tree().stat('/'),
    list: () => tree().open('/', readFolder).list?.() ?? [],
    close() {},
  };
}
