import { HelmRelease, Kustomization } from '@flux-host/crds/index.ts';
import { refOfEntry } from '@flux-host/host/apply/inventory.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatKey, keyOf, parseApiVersion } from '@flux-host/host/kube/object.ts';
import type { KubeClient, ObjectRef } from '@flux-host/host/kube/types.ts';
import { commandError } from '../../command/errors.ts';
import { releaseObjects } from './helm-release.ts';
import { type TreeNode, treeNode } from './node.ts';

export interface TreeOptions {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  /** Only objects of Flux. */
  readonly isCompact: boolean;
  /** Kustomizations that lead here: two can apply each other. */
  readonly above: readonly string[];
}

/** What a Kustomization applied, with what the Kustomizations and HelmReleases among it applied below them. */
export async function inventoryTree(parent: Kustomization, options: TreeOptions): Promise<TreeNode[]> {
  const own = formatKey(keyOf(parent));
  const above = [...options.above, own];
  const nodes: TreeNode[] = [];
  for (const entry of parent.status?.inventory?.entries ?? []) {
    const ref = refOfEntry(entry);
    if (!isWanted(ref, options)) continue;
    const isNested = isOf(ref, Kustomization);
    if (isNested && formatKey(ref) === own) continue;
    // What was applied to another cluster cannot be looked at here.
    const isHere = !parent.spec.kubeConfig;
    const nested = isHere && isNested && !above.includes(formatKey(ref));
    const children = nested ? await nestedTree(ref, { ...options, above }) : [];
    const released = isHere && isOf(ref, HelmRelease) ? await releaseTree(ref, options) : [];
    nodes.push(treeNode(ref, [...children, ...released]));
  }
  return nodes;
}

async function nestedTree(ref: ObjectRef, options: TreeOptions): Promise<TreeNode[]> {
  const { client, signal } = options;
  try {
    return await inventoryTree(await client.get<Kustomization>(Kustomization, ref, { signal }), options);
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    throw commandError('FLUX_E_CLI_NOT_FOUND', `failed to find object: ${error.statusMessage}`);
  }
}

async function releaseTree(ref: ObjectRef, options: TreeOptions): Promise<TreeNode[]> {
  const { client, signal } = options;
  const objects = await releaseObjects(await client.get<HelmRelease>(HelmRelease, ref, { signal }), options);
  return objects.filter((each) => isWanted(each, options)).map((each) => treeNode(each));
}

function isWanted({ apiVersion }: ObjectRef, { isCompact }: TreeOptions): boolean {
  return !isCompact || parseApiVersion(apiVersion).group.includes('toolkit.fluxcd.io');
}

function isOf({ apiVersion, kind }: ObjectRef, of: { group: string; kind: string }): boolean {
  return kind === of.kind && parseApiVersion(apiVersion).group === of.group;
}
