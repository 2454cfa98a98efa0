import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ArtifactStoreOptions, createArtifactStore } from '../store.ts';
import type { ArtifactOwner, ArtifactStore } from '../types.ts';

/** Helpers of this folder's tests. */
export const owner: ArtifactOwner = { kind: 'GitRepository', namespace: 'apps', name: 'web' };

export const ADDRESS = 'localhost:9090';

/** A folder that is gone after the test. */
export async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'artifacts-'));
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A store in a folder of its own, and a folder beside it for sources. */
export async function inStore<T>(
  use: (store: ArtifactStore, dirs: { root: string; source: string }) => Promise<T>,
  options: Partial<ArtifactStoreOptions> = {},
): Promise<T> {
  return inFolder(async (dir) => {
    const root = join(dir, 'store');
    const source = join(dir, 'source');
    mkdirSync(source);
    const store = await createArtifactStore({ root, advertisedAddress: ADDRESS, ...options });
    try {
      return await use(store, { root, source });
    } finally {
      await store.close();
    }
  });
}

/** Writes files given as name → content. */
export function writeFiles(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Files below a folder as name → content. */
export function readFiles(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (statSync(join(dir, name)).isFile()) found[name] = readFileSync(join(dir, name), 'utf8');
  }
  return found;
}

/** Everything that a store keeps besides artifacts, to see that nothing is left behind. */
export const hiddenFiles = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith('.') && statSync(join(root, name)).isFile())
    .toSorted();

export const uniqueName = (): string => `${randomUUID()}.tar.gz`;
