import { gvkOf } from '../../kube/object.ts';
import type { KubeClient, KubeObject } from '../../kube/types.ts';
import { type MergeRules, mergeRules } from './merge-rules.ts';

/** Rules of a version change with releases of Kubernetes only. */
const keptMs = 60 * 60_000;

interface Kept {
  readonly rules: Promise<MergeRules>;
  readonly readAt: number;
}

/** By cluster, then by API version. */
const known = new WeakMap<object, Map<string, Kept>>();

/**
 * The rules by which a cluster merges objects of a built-in kind, as it publishes them.
 * @param cluster stands for the cluster: what is read is kept as long as it is
 * @throws KubeError
 */
export async function rulesOf(
  cluster: object,
  { client, signal }: { client: KubeClient; signal: AbortSignal },
  object: KubeObject,
): Promise<MergeRules> {
  const { group, version } = gvkOf(object);
  const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const versions = known.get(cluster) ?? new Map<string, Kept>();
  known.set(cluster, versions);
  const kept = versions.get(path);
  if (kept && performance.now() - kept.readAt < keptMs) {
    try {
      return await kept.rules;
    } catch {
      // Asked by somebody else, who may have given up: ask again.
    }
  }
  const rules = client.request('GET', `/openapi/v3/${path}`, { signal }).then(mergeRules);
  const mine = { rules, readAt: performance.now() };
  versions.set(path, mine);
  try {
    return await rules;
  } catch (error) {
    if (versions.get(path) === mine) versions.delete(path);
    throw error;
  }
}
