import type { FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf, timeOf } from './event.ts';

export type Event = FluxEvent;

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion'] as const;

/** The event with its fields in the order of Flux's type, and without the ones that Flux leaves out when they are empty. */
export function eventObject({ involvedObject, metadata, ...event }: FluxEvent): Record<string, unknown> {
  const reference = referenceFields.flatMap((name) => {
    const value = involvedObject[name];
    return value ? [[name, value] as const] : [];
  });
  const { severity, message, reason, reportingController, reportingInstance } = event;
  return {
    involvedObject: Object.fromEntries(reference),
    severity,
    timestamp: event.timestamp === null ? null : timeOf(event),
    message,
    reason,
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata: metadata } : {}),
    reportingController,
    ...(reportingInstance ? { reportingInstance } : {}),
  };
}

/** The event as Go's encoder writes it, byte by byte: receivers check its signature, and ids are made of its hash. */
export function eventJson(event: FluxEvent): string {
  return goObject(Object.entries(eventObject(event)), (value, key) =>
    key === 'metadata' ? goObject(metadataOf(event), (text) => JSON.stringify(text)) : JSON.stringify(value),
  ).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Objects of JavaScript put names that are numbers first, so those of users are written by hand. */
function goObject<T>(entries: readonly [string, T][], write: (value: T, key: string) => string): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${write(value, key)}`).join(',')}}`;
}
