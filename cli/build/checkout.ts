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
 * repository it is the smallest folder that holds both the folder and the current one.
 * @param path as the user gave it
 * @throws FluxError FLUX_E_CLI_USAGE when it is no folder
 */
export async function openCheckout(path: string, cwd: string): Promise<Checkout> {
  const asked = path ? resolve(cwd, path) : undefined;
  const info = asked === undefined ? undefined : await stat(asked).catch(() => undefined);
  if (!asked || !info?.isDirectory()) throw pathInvalid(path);
  const [folder, here] = await Promise.all([realpath(asked), realpath(cwd)]);
  return checkoutIn(repositoryOf(folder) ?? commonAncestor(folder, here), folder);
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

function commonAncestor(a: string, b: string): string {
  let at = a;
  while (b !== at && !b.startsWith(at.endsWith(sep) ? at : at + sep)) at = dirname(at);
  return at;
}
