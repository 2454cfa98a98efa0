import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import { missing, pathFault, SourceFault } from './fault.ts';
import { type KustomizationFile, readKustomizationFile } from './kustomization-file.ts';
import { securePath } from './secure-path.ts';

/** A folder that is built, and what is built in it. */
export interface Visit {
  /** Relative to the root, as it was referred to. */
  readonly folder: string;
  readonly kustomization: KustomizationFile;
}

const deepest = 200;

/**
 * Every kustomization that a folder leads to by `resources` and `components`, each once, in the order of a walk.
 * @param first what stands in the first folder; by default its file
 * @throws SourceFault
 */
export function* kustomizationsBelow(
  root: string,
  folder: string,
  first?: KustomizationFile,
): Generator<Visit> {
  yield* walk({ root, visited: new Set() }, folder, { depth: 0, ...(first ? { first } : {}) });
}

interface Walk {
  readonly root: string;
  readonly visited: Set<string>;
}

function* walk(
  state: Walk,
  folder: string,
  { depth, first }: { depth: number; first?: KustomizationFile },
): Generator<Visit> {
  const { root, visited } = state;
  if (depth > deepest) throw pathFault(folder, 'resources are nested too deeply');
  const path = securePath(root, folder);
  if (visited.has(path)) return;
  visited.add(path);
  checkFolder(root, path);
  const kustomization = first ?? readKustomizationFile(root, path);
  yield { folder, kustomization };
  for (const resource of [...(kustomization.resources ?? []), ...(kustomization.components ?? [])]) {
    const next = posix.isAbsolute(resource) ? resource : posix.join(folder, resource);
    try {
      yield* walk(state, next, { depth: depth + 1 });
    } catch (error) {
      if (!(error instanceof SourceFault && error.isDeadEnd)) throw error;
    }
  }
}

function checkFolder(root: string, path: string): void {
  let isFolder: boolean;
  try {
    isFolder = lstatSync(posix.join(root, path)).isDirectory();
  } catch (error) {
    // An URL leads to names that are too long, or below a file.
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw pathFault(path, error, missing(error) || code === 'ENAMETOOLONG' || code === 'ENOTDIR');
  }
  if (!isFolder) throw pathFault(path, 'not a directory', true);
}
