import { at, numberAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { humanDuration } from '../../output/age.ts';

/** When an event happened last, in milliseconds since the epoch; 0 when it does not say. */
export function eventTime(event: KubeObject): number {
  const when =
    stringAt(event, 'series', 'lastObservedTime') ??
    stringAt(event, 'lastTimestamp') ??
    stringAt(event, 'eventTime');
  return when ? Date.parse(when) : 0;
}

export function eventRow(
  event: KubeObject,
  options: { readonly withNamespace: boolean; readonly now: number },
): string[] {
  const [type, reason, message] = ['type', 'reason', 'message'].map((field) => stringAt(event, field) ?? '');
  const [kind, name] = ['kind', 'name'].map((field) => stringAt(event, 'involvedObject', field) ?? '');
  return [
    ...(options.withNamespace ? [event.metadata.namespace ?? ''] : []),
    lastSeen(event, options.now),
    type ?? '',
    reason ?? '',
    `${kind}/${name}`,
    message ?? '',
  ];
}

/** kubectl's wording: how long ago, and for repeated events how often since when. */
function lastSeen(event: KubeObject, now: number): string {
  const since = (time: unknown): string =>
    typeof time === 'string' ? humanDuration(now - Date.parse(time)) : '<unknown>';
  const first = since(at(event, 'eventTime') ?? at(event, 'firstTimestamp'));
  const series = recordAt(event, 'series');
  if (series) return `${since(series['lastObservedTime'])} (x${series['count']} over ${first})`;
  const count = numberAt(event, 'count') ?? 0;
  return count > 1 ? `${since(at(event, 'lastTimestamp'))} (x${count} over ${first})` : first;
}
