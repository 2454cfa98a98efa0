import type { FluxEvent } from '@flux-host/sdk/typescript';

/** The zero time of Go, which stands for an event without a time. */
const zeroTime = '0001-01-01T00:00:00Z';
const zeroSeconds = -62_135_596_800;

/** The event with the user's own text in place of its message, where the Alert has a template. */
export function eventWith(event: FluxEvent, message: string | undefined): FluxEvent {
  return message === undefined ? event : { ...event, message };
}

/** Entries of the metadata by key, so that equal events give equal messages. */
export function metadataOf({ metadata = {} }: FluxEvent): [key: string, value: string][] {
  return sorted(metadata);
}

/** The time in RFC 3339 with whole seconds, in UTC. */
export function timeOf({ timestamp }: Pick<FluxEvent, 'timestamp'>): string {
  if (timestamp === null) return zeroTime;
  return `${new Date(timestamp).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}

/** Seconds since 1970. */
export function unixSeconds({ timestamp }: Pick<FluxEvent, 'timestamp'>): number {
  return timestamp === null ? zeroSeconds : Math.floor(Date.parse(timestamp) / 1000);
}

/** By code unit, as Go does for ASCII keys; keys of metadata are ASCII in practice. */
function sorted(entries: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}
