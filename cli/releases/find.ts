import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HelmRelease } from '@flux-host/crds/index.ts';
import { semanticEqual } from '@flux-host/host/json.ts';
import type { KubeClient, NamespacedName } from '@flux-host/host/kube/types.ts';
import { pathAbsent, releaseMissing } from './errors.ts';
import { readHelmRelease } from './file.ts';
import { findObject } from './future.ts';

/** Where the HelmRelease of a command line is to be taken from. */
export interface Lookup {
  readonly key: NamespacedName;
  /** `--helmrelease-file`; empty for the one in the cluster. */
  readonly file: string;
  readonly cwd: string;
  readonly client: KubeClient;
  /** Goes on with the file when the cluster has none. */
  readonly ignoreNotFound: boolean;
  readonly signal: AbortSignal;
}

/**
 * The HelmRelease that a command is about: that of the file, with what the cluster knows of it, or that of the cluster.
 * @throws FluxError when it is not where it has to be
 */
export async function findHelmRelease(lookup: Lookup): Promise<HelmRelease> {
  const { key, file, cwd, client, ignoreNotFound, signal } = lookup;
  const path = resolve(cwd, file);
  if (file && !(await stat(path).catch(() => undefined))?.isFile())
    throw pathAbsent('helmrelease-file', file);
  const live = await findObject<HelmRelease>(client, HelmRelease, { key, signal });
  if (!live && !(file && ignoreNotFound)) throw releaseMissing(key);
  if (!file && live) return live;
  return asApplied(await readHelmRelease(path, key, file), live);
}

/** A HelmRelease as it will be in the cluster, which counts its changes. */
export function asApplied(local: HelmRelease, live: HelmRelease | undefined): HelmRelease {
  if (!live) return local;
  const { generation = 0 } = live.metadata;
  const isSame = semanticEqual(local.spec, live.spec);
  return {
    ...local,
    metadata: { ...local.metadata, generation: isSame ? generation : generation + 1 },
    ...(live.status ? { status: live.status } : {}),
  };
}
