import { GitRepository, type Kustomization } from '@flux-host/crds/index.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { type LocalSources, sourceName } from '../../../build/local-sources.ts';
import { sourceNotFound, sourceUnused } from './errors.ts';
import { comparableUrl, remotesOf } from './remotes.ts';

export interface CheckoutSources {
  readonly client: KubeClient;
  /** Folder of the checkout. */
  readonly root: string;
  /** `--source`; empty to find it by the URLs of the Git remotes. */
  readonly named: readonly string[];
  /** `--local-sources` */
  readonly others: LocalSources;
  readonly kustomizations: readonly Kustomization[];
  readonly signal: AbortSignal;
}

/**
 * Which sources of the cluster are on this machine, and where.
 * @throws FluxError FLUX_E_CLI_DIFF_SOURCE when no Kustomization uses the checkout
 */
export async function sourcesOf(asked: CheckoutSources): Promise<LocalSources> {
  const { root, named, others, kustomizations } = asked;
  const used = [...new Set(kustomizations.map(sourceName))].sort();
  const names = named.length > 0 ? named : await byRemote(asked, used);
  if (!names.some((name) => used.includes(name))) throw sourceUnused(names, used);
  return new Map([...names.map((name) => [name, root] as const), ...others]);
}

async function byRemote(
  { client, root, signal }: CheckoutSources,
  used: readonly string[],
): Promise<string[]> {
  const remotes = await remotesOf(root);
  const wanted = new Set(remotes.map(comparableUrl));
  const { items } = await client.list<GitRepository>(GitRepository, { signal });
  const names = items
    .filter(({ spec }) => wanted.has(comparableUrl(spec.url)))
    .map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`)
    .filter((name) => used.includes(name));
  if (names.length === 0) throw sourceNotFound(remotes, used);
  return names;
}
