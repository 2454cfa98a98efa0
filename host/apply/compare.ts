import { semanticEqual } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

/** Fields that say nothing of what was asked for. */
const ignored = new Set(['metadata', 'status']);

/**
 * Whether a server-side dry run would change the live object, as Flux tells it: labels, annotations and everything
 * outside of metadata and status.
 */
export function differs(live: KubeObject, dryRun: KubeObject): boolean {
  if (!semanticEqual(live.metadata.labels, dryRun.metadata.labels)) return true;
  if (!semanticEqual(live.metadata.annotations, dryRun.metadata.annotations)) return true;
  const keys = new Set([...Object.keys(live), ...Object.keys(dryRun)]);
  for (const key of keys) if (!ignored.has(key) && !semanticEqual(live[key], dryRun[key])) return true;
  return false;
}
