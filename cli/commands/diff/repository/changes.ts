import type { Planned } from '@flux-host/host/apply/plan.ts';
import type { Json } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { compareDocuments } from '../../../differences/compare.ts';
import { statesOf } from '../../../differences/objects.ts';
import type { Change } from './types.ts';

/** What is planned for an object, for people; nothing when it stays as it is. */
export function changesOf(planned: Planned): Change[] {
  const { ref, action } = planned;
  if (action === 'unchanged') return [];
  if (action !== 'configured') return [{ ref, action }];
  const states = statesOf(planned);
  if (!states) return [];
  const differences = compareDocuments(wanted(states.from), wanted(states.to));
  return differences.length > 0 ? [{ ref, action: 'drifted', differences }] : [];
}

/** Of an object what somebody wrote: no status, and of the metadata labels and annotations only. */
function wanted({ metadata, status: _status, ...rest }: KubeObject): Json {
  const { labels, annotations } = metadata;
  return { ...rest, metadata: { ...(labels && { labels }), ...(annotations && { annotations }) } };
}
