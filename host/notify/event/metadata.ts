import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';

/** Prefix of what the owner of an object wants in its events. */
const eventPrefix = 'event.toolkit.fluxcd.io/';

/** Metadata by key. */
export type Metadata = Readonly<Record<string, string>>;

/** The prefix of what the controller of the involved object says. */
export function controllerPrefix({ involvedObject: { apiVersion = '' } }: FluxEvent): string {
  return `${apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''}/`;
}

/** What the controller says under a key, e.g. `revision`. */
export function controllerMetadata(event: FluxEvent, key: string): string | undefined {
  return event.metadata?.[controllerPrefix(event) + key];
}

/** What the owner of the object says under a key, e.g. `commit`. */
export function ownerMetadata(event: FluxEvent, key: string): string | undefined {
  return event.metadata?.[eventPrefix + key];
}

/** Without what is of no use to alerts: keys of others, and checksums. */
export function cleanMetadata(event: FluxEvent): FluxEvent {
  const prefix = controllerPrefix(event);
  const unused = [`${prefix}checksum`, `${prefix}digest`].map((key) => key.toLowerCase());
  const kept = Object.entries(event.metadata ?? {}).filter(
    ([key]) => (key.startsWith(eventPrefix) || key.startsWith(prefix)) && !unused.includes(key.toLowerCase()),
  );
  return { ...event, metadata: Object.fromEntries(kept) };
}

/** Without what is for the rate limit only. */
export function withoutToken(event: FluxEvent): FluxEvent {
  const { [`${controllerPrefix(event)}token`]: _, ...metadata } = event.metadata ?? {};
  return { ...event, metadata };
}

/** Metadata from everywhere, and which keys came from several places. */
export interface Combined {
  readonly metadata: Metadata;
  /** Key → the places, lowest precedence first. */
  readonly conflicts: Metadata;
}

/**
 * Puts metadata together by the precedence of Flux's RFC 0008, lowest first: annotations of the object, the Alert's
 * `eventMetadata`, its `summary`, the controller. Prefixes are taken off.
 */
export function combineMetadata(
  event: FluxEvent,
  alert: { readonly eventMetadata?: Metadata; readonly summary?: string },
): Combined {
  const origins: readonly (readonly [string, Metadata])[] = [
    ['involved object annotations', below(event, eventPrefix)],
    ['Alert object .spec.eventMetadata', alert.eventMetadata ?? {}],
    ['Alert object .spec.summary', alert.summary ? { summary: alert.summary } : {}],
    ['involved object controller metadata', below(event, controllerPrefix(event))],
  ];
  const places = new Map<string, string[]>();
  for (const [origin, entries] of origins) {
    for (const key of Object.keys(entries)) places.set(key, [...(places.get(key) ?? []), origin]);
  }
  const conflicts = [...places].filter(([, found]) => found.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    metadata: Object.assign({}, ...origins.map(([, entries]) => entries)),
    conflicts: Object.fromEntries(conflicts.map(([key, found]) => [key, found.join(', ')])),
  };
}

function below({ metadata = {} }: FluxEvent, prefix: string): Metadata {
  const found = Object.entries(metadata).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
}
