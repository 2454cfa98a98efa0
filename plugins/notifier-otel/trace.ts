import { type FluxEvent, sha256 } from '@flux-host/sdk/typescript';
import { metadataOf } from '../notifier-common/event.ts';
import { isError } from '../notifier-common/naming.ts';
import { bytes, fixed32, fixed64, message, number, string } from './protobuf.ts';

/** The Alert that stands for the service. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

const schemaUrl = 'https://opentelemetry.io/schemas/1.34.0';
const internalSpan = 1;
const status = { ok: 1, error: 2 } as const;
/** Sampled, and the parent is one of another process. */
const flags = 0x301;

/**
 * One event as a request of OTLP (opentelemetry/proto/collector/trace/v1), with one span. Events about the same revision are one trace.
 * @param now milliseconds since 1970
 */
export function traceRequest(event: FluxEvent, { alert, now }: { alert: Service; now: number }): Uint8Array {
  const resource = message(
    attribute(1, 'service.instance.id', alert.uid ?? ''),
    attribute(1, 'service.name', `${alert.namespace}/${alert.name}`),
    attribute(1, 'service.namespace', alert.namespace),
  );
  const scope = string(1, 'flux:notification-controller');
  const scopeSpans = message(bytes(1, scope), bytes(2, span(event, { alert, now })));
  return bytes(1, message(bytes(1, resource), bytes(2, scopeSpans), string(3, schemaUrl)));
}

function span(event: FluxEvent, { alert, now }: { alert: Service; now: number }): Uint8Array {
  const { uid = '', kind = '', namespace = '', name = '' } = event.involvedObject;
  const began = event.timestamp === null ? now : Date.parse(event.timestamp);
  const attributes: readonly (readonly [string, string])[] = [
    ['object.uid', uid],
    ['object.kind', kind],
    ['object.name', name],
    ['object.namespace', namespace],
    ...metadataOf(event),
  ];
  return message(
    bytes(1, sha256(`${alert.uid ?? ''}:${revisionOf(event)}`).subarray(0, 16)),
    bytes(2, crypto.getRandomValues(new Uint8Array(8))),
    string(5, `${kind}: ${namespace}/${name}`),
    number(6, internalSpan),
    fixed64(7, nanoseconds(began)),
    fixed64(8, nanoseconds(now)),
    ...attributes.map(([key, value]) => attribute(9, key, value)),
    bytes(15, statusOf(event)),
    fixed32(16, flags),
  );
}

/** OpenTelemetry has a description for errors only. */
function statusOf(event: FluxEvent): Uint8Array {
  return isError(event) ? message(string(2, event.message), number(3, status.error)) : number(3, status.ok);
}

/** What all events of one deployment have in common. An OCI artifact has its version in the names of others' revisions. */
function revisionOf({ metadata = {} }: FluxEvent): string {
  const { 'oci-digest': digest, 'app-version': version, revision } = metadata;
  if (digest !== undefined && version !== undefined) return `${version}@${digest}`;
  return revision ?? 'unknown';
}

function attribute(field: number, key: string, value: string): Uint8Array {
  return bytes(field, message(string(1, key), bytes(2, string(1, value))));
}

const nanoseconds = (milliseconds: number): bigint => BigInt(milliseconds) * 1_000_000n;
