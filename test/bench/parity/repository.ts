import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { Change, Entry, Repository } from '../../helpers/git-server.ts';
import { namespace } from '../stage.ts';

/** What a folder has in it, as the content of a commit; `.git` is left out. @throws Error when there is no such folder */
export async function contentOf(folder: string): Promise<Record<string, Entry>> {
  const files: Record<string, Entry> = {};
  const paths = await readdir(folder, { recursive: true }).catch(() => {
    throw new Error(`--repo ${folder}: there is no such folder`);
  });
  for (const path of paths.toSorted()) {
    if (path.split('/')[0] === '.git') continue;
    const entry = await entryOf(join(folder, path));
    if (entry !== undefined) files[relative('.', path)] = entry;
  }
  return files;
}

async function entryOf(path: string): Promise<Entry | undefined> {
  const info = await lstat(path);
  if (info.isSymbolicLink()) return { symlink: await readlink(path) };
  if (!info.isFile()) return undefined;
  const text = await readFile(path, 'utf8');
  return info.mode & 0o100 ? { executable: text } : text;
}

/** Commits a folder's content in place of what the repository had. @returns the revision as Flux writes it */
export async function commitFolder(repository: Repository, folder: string): Promise<string> {
  const files = await contentOf(folder);
  const before = await repository.git('ls-tree', '-r', '--name-only', '-z', 'main').catch(() => '');
  const remove = before.split('\0').filter((path) => path !== '' && !(path in files));
  const change: Change = { files, remove };
  return `main@sha1:${await repository.commit({ ...change, message: 'parity' })}`;
}

/** The folder that a bootstrap would have been told: that of the only cluster, else the whole repository. */
export async function entryPath(folder: string): Promise<string> {
  const clusters = await readdir(join(folder, 'clusters'), { withFileTypes: true }).catch(() => []);
  const [only, ...more] = clusters.filter((entry) => entry.isDirectory());
  return only && more.length === 0 ? `./clusters/${only.name}` : './';
}

/** The Kustomization that a bootstrap makes. */
export function rootKustomization(path: string): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'flux-system', namespace },
    spec: {
      interval: '10m0s',
      retryInterval: '15s',
      path,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    },
  };
}
