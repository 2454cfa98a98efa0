import { isRecord } from '@flux-host/host/json.ts';

/** The objects of a cluster by `Kind.group namespace/name`, normalised. */
export type Snapshot = ReadonlyMap<string, unknown>;

/** One place in one object at which the host and Flux do not agree. */
export interface Difference {
  readonly object: string;
  /** `spec.ports[0].name`; empty when the object is in one cluster only. */
  readonly path: string;
  /** As JSON; `absent` where there is nothing. */
  readonly ours: string;
  readonly peer: string;
}

const absent = 'absent';
const maxText = 300;

/** All differences, in the order of the objects' names. */
export function compare(ours: Snapshot, peer: Snapshot): Difference[] {
  const objects = [...new Set([...ours.keys(), ...peer.keys()])].sort();
  return objects.flatMap((object) => {
    const [a, b] = [ours.get(object), peer.get(object)];
    if (a === undefined) return [{ object, path: '', ours: absent, peer: 'present' }];
    if (b === undefined) return [{ object, path: '', ours: 'present', peer: absent }];
    return differences(a, b).map(({ path, ...sides }) => ({ object, path: path.join(''), ...sides }));
  });
}

interface Place {
  readonly path: readonly string[];
  readonly ours: string;
  readonly peer: string;
}

function differences(ours: unknown, peer: unknown, path: readonly string[] = []): Place[] {
  if (isRecord(ours) && isRecord(peer)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(peer)])].sort();
    return keys.flatMap((key) =>
      differences(ours[key], peer[key], [...path, path.length > 0 ? `.${key}` : key]),
    );
  }
  if (Array.isArray(ours) && Array.isArray(peer)) {
    const length = Math.max(ours.length, peer.length);
    return Array.from({ length }, (_, i) => differences(ours[i], peer[i], [...path, `[${i}]`])).flat();
  }
  return Object.is(ours, peer) ? [] : [{ path, ours: show(ours), peer: show(peer) }];
}

function show(value: unknown): string {
  if (value === undefined) return absent;
  const text = JSON.stringify(value);
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}

/** A line for people. */
export function describe({ object, path, ours, peer }: Difference): string {
  return `${object}${path ? ` ${path}` : ''}: flux-host ${ours}, flux ${peer}`;
}
