import { encodeHex, type FluxEvent } from '@flux-host/sdk/typescript';
import { timeOf } from '../notifier-common/event.ts';

/** What Sentry stores. */
export interface Item {
  readonly event_id: string;
  /** Absent for errors. */
  readonly type?: 'transaction';
  readonly [field: string]: unknown;
}

/** A failure, which Sentry makes an issue of. */
export function errorOf(event: FluxEvent): Item {
  return {
    event_id: randomHex(16),
    platform: 'other',
    timestamp: timeOf(event),
    level: event.severity,
    server_name: event.reportingController,
    transaction: summaryOf(event),
    message: event.message,
    contexts: { metadata: { ...event.metadata } },
  };
}

/** What went well: a trace without length, which alarms nobody. */
export function transactionOf(event: FluxEvent): Item {
  const trace = { trace_id: randomHex(16), span_id: randomHex(8), op: 'event' };
  const timestamp = timeOf(event);
  const times = { start_timestamp: timestamp, timestamp };
  const tags = tagsOf(event);
  return {
    event_id: randomHex(16),
    type: 'transaction',
    platform: 'other',
    level: 'info',
    transaction: summaryOf(event),
    message: event.message,
    contexts: { trace },
    tags,
    ...times,
    spans: [{ ...trace, ...times, origin: 'manual', tags }],
  };
}

function summaryOf({ involvedObject: { kind = '', namespace = '', name = '' } }: FluxEvent): string {
  return `${kind}: ${namespace}/${name}`;
}

function tagsOf({ involvedObject, ...event }: FluxEvent): Record<string, string> {
  return {
    flux_involved_object_kind: involvedObject.kind ?? '',
    flux_involved_object_namespace: involvedObject.namespace ?? '',
    flux_involved_object_name: involvedObject.name ?? '',
    flux_reporting_controller: event.reportingController,
    flux_reporting_instance: event.reportingInstance ?? '',
    flux_reason: event.reason,
    ...event.metadata,
  };
}

function randomHex(bytes: number): string {
  return encodeHex(crypto.getRandomValues(new Uint8Array(bytes)));
}
