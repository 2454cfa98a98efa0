import type { HelmRelease } from '@flux-host/crds/index.ts';
import { podSelector } from '@flux-host/host/apply/health/pods.ts';
import { refOfEntry } from '@flux-host/host/apply/inventory.ts';
import { parallel } from '@flux-host/host/apply/parallel.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { at, listAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { pods } from '../../cluster/resources.ts';
import { releaseObjects } from '../tree/helm-release.ts';
import { openHooks } from './hooks.ts';
import { type Access, findingOf, look } from './look.ts';
import { withPodTrouble } from './pod.ts';
import type { Finding } from './types.ts';

/** What is shown of many that have the same trouble. */
const maxShown = 3;
/** Objects of an inventory that are looked at. */
const maxLookedAt = 500;
const concurrency = 8;

/** Kinds that are ready as soon as they are there. */
const alwaysReady = new Set([
  'ConfigMap',
  'Secret',
  'Namespace',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'NetworkPolicy',
]);

/** Workloads whose pods tell what is wrong. */
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']);

/** What an object applied or started and is not ready, the worst first. */
export async function childrenOf({ object, ref }: Finding, access: Access): Promise<Finding[]> {
  if (!object) return [];
  if (ref.kind === 'Kustomization') return unready(inventoryOf(object), access);
  if (isHelmRelease(object)) return releaseTrouble(object, access);
  return workloads.has(ref.kind) ? podsOf(object, access) : [];
}

/** A hook that fails or is under way keeps everything behind it waiting; one that is gone again says nothing any more. */
async function releaseTrouble(release: HelmRelease, access: Access): Promise<Finding[]> {
  const hooks = await unready(await openHooks(release, access), access);
  const present = hooks.filter(({ state }) => state !== 'missing');
  return present.length > 0
    ? present.map(withPodTrouble)
    : unready(await releasedBy(release, access), access);
}

function isHelmRelease(object: KubeObject): object is HelmRelease {
  return object.kind === 'HelmRelease' && object.apiVersion.startsWith('helm.toolkit.fluxcd.io/');
}

/** By the inventory; older ones have none, and Helm's records are Secrets, which many may not read. */
async function releasedBy(release: HelmRelease, access: Access): Promise<ObjectRef[]> {
  const inventory = inventoryOf(release);
  if (inventory.length > 0) return inventory;
  try {
    return await releaseObjects(release, access);
  } catch (error) {
    if (error instanceof FluxError) return [];
    throw error;
  }
}

/** Objects in another cluster cannot be looked at here. */
function inventoryOf(object: KubeObject): ObjectRef[] {
  if (recordAt(object, 'spec', 'kubeConfig')) return [];
  return listAt(object, 'status', 'inventory', 'entries').flatMap((entry) => {
    const [id, v] = [stringAt(entry, 'id'), stringAt(entry, 'v')];
    return id && v ? [refOfEntry({ id, v })] : [];
  });
}

async function unready(refs: readonly ObjectRef[], access: Access): Promise<Finding[]> {
  const candidates = refs.filter(({ kind }) => !alwaysReady.has(kind)).slice(0, maxLookedAt);
  const found = await parallel(candidates, concurrency, async (ref) => {
    try {
      return await look(await access.client.resourceFor(gvkOf(ref), { signal: access.signal }), ref, access);
    } catch (error) {
      // Its kind is gone, and the object with it.
      if (isKube(error, 'noMatch')) return undefined;
      throw error;
    }
  });
  return worst(found.filter((each) => each !== undefined));
}

async function podsOf(object: KubeObject, { client, signal }: Access): Promise<Finding[]> {
  const labelSelector = podSelector(object);
  const { namespace } = object.metadata;
  if (!labelSelector || !namespace || at(object, 'spec', 'replicas') === 0) return [];
  try {
    const { items } = await client.list<KubeObject>(pods, { namespace, labelSelector, signal });
    // Those of the newest template first: older ones may have failed long ago.
    const newestFirst = items.toSorted((a, b) => createdAt(b) - createdAt(a));
    return worst(newestFirst.map((pod) => withPodTrouble(findingOf(pods, pod))));
  } catch (error) {
    if (isKube(error, 'forbidden')) return [];
    throw error;
  }
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

const ranks = ['failed', 'missing', 'waiting'];

function worst(findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ state }) => ranks.includes(state))
    .toSorted((a, b) => ranks.indexOf(a.state) - ranks.indexOf(b.state))
    .slice(0, maxShown);
}
