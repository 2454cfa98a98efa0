import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Kustomization } from '@flux-host/crds/index.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeClient, NamespacedName } from '@flux-host/host/kube/types.ts';
import { fileInvalid, kustomizationMissing } from './errors.ts';
import { readKustomization } from './kustomization-file.ts';

/** Where the Kustomization of a command line is to be taken from. */
export interface Lookup {
  readonly key: NamespacedName;
  /** `--kustomization-file`; empty for the one in the cluster. */
  readonly file: string;
  readonly cwd: string;
  /** Absent with `--dry-run`. */
  readonly client?: KubeClient;
  /** Goes on with the file when the cluster has none. */
  readonly ignoreNotFound?: boolean;
  readonly signal: AbortSignal;
}

/**
 * The Kustomization that a command is about: that of the file, with what the cluster knows of it, or that of the cluster.
 * @throws FluxError when it is not where it has to be
 */
export async function findKustomization(lookup: Lookup): Promise<Kustomization> {
  const { key, file, cwd, client, ignoreNotFound = false, signal } = lookup;
  const path = resolve(cwd, file);
  if (file && !(await isFile(path))) throw fileInvalid(file);
  const live = client && (await liveKustomization(client, key, signal));
  if (client && !live && !ignoreNotFound) throw kustomizationMissing(key);
  if (file) {
    const local = await readKustomization(path, key, file);
    return live?.status?.inventory ? { ...local, status: live.status } : local;
  }
  if (!live) throw kustomizationMissing(key);
  return live;
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && !info.isDirectory();
}

/** @returns undefined when there is none */
export async function liveKustomization(
  client: KubeClient,
  key: NamespacedName,
  signal: AbortSignal,
): Promise<Kustomization | undefined> {
  try {
    return await client.get<Kustomization>(Kustomization, key, { signal });
  } catch (error) {
    if (isKube(error, 'notFound') && !isKube(error, 'noMatch')) return undefined;
    throw error;
  }
}
