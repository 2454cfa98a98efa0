import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { TreeLease } from '@flux-host/host/artifacts/types.ts';
import { pathInvalid } from './errors.ts';

/** A folder to build, inside of what a build may read. */
export interface Checkout {
  readonly tree: TreeLease;
  /** Of the folder below the tree, with `/`. */
  readonly path: string;
}

/**
 * A folder on disk as a source would have it. What is built may read the Git repository that the folder is in, and nothing else: a
 * kustomization of somebody's pull request has no business in the home of who looks at it. Outside of a
 * repository it is the current folder if that holds the other one, else the folder alone.
 * @param path as the user gave it
 * @throws FluxError FLUX_E_CLI_USAGE when it is no folder
 */
export async function openCheckout(path: string, cwd: string): Promise<Checkout> {
  const folder = await existingFolder(path, cwd);
  const here = await realpath(cwd);
  const around = isInside(folder, here) ? here : folder;
  return checkoutIn(repositoryOf(folder) ?? around, folder);
}

/**
 * A folder of a source that is on this machine; what is built may read the source, or the Git repository around it.
 * @throws FluxError FLUX_E_CLI_USAGE when there is no such folder
 */
export async function openInSource(source: string, path: string, cwd: string): Promise<Checkout> {
  const root = await existingFolder(source, cwd);
  const folder = await existingFolder(join(root, path), cwd);
  return checkoutIn(repositoryOf(root) ?? root, folder);
}

/** A folder by its real name. @throws FluxError FLUX_E_CLI_USAGE when it is none */
export async function existingFolder(path: string, cwd: string): Promise<string> {
  const folder = path ? resolve(cwd, path) : undefined;
  const info = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
  if (!folder || !info?.isDirectory()) throw pathInvalid(path);
  return realpath(folder);
}

/** A folder of a tree whose root is known. */
export function checkoutIn(root: string, folder: string): Checkout {
  return {
    tree: { dir: root, digest: `folder:${root}`, release: () => {} },
    path: relative(root, folder).split(sep).join('/'),
  };
}

/** The folder that has `.git`, from a folder upwards. */
export function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

function isInside(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(other.endsWith(sep) ? other : other + sep);
}
