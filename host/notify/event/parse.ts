import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { errorText } from '../../errors/text.ts';
import { invalidEvent } from '../errors.ts';

type Fields = Readonly<Record<string, unknown>>;

const referenceFields = ['apiVersion', 'kind', 'namespace', 'name', 'uid', 'resourceVersion'] as const;

/**
 * Reads an event as Flux's decoder does: unknown fields are skipped, absent ones are empty, wrong types are an error.
 * @throws FluxError FLUX_E_NOTIFY_EVENT
 */
export function parseEvent(text: string): FluxEvent {
  const event = object(parseJson(text), 'the event');
  const reportingInstance = string(event, 'reportingInstance');
  return {
    involvedObject: reference(object(event['involvedObject'] ?? {}, 'involvedObject')),
    severity: string(event, 'severity'),
    timestamp: timestamp(event['timestamp']),
    message: string(event, 'message'),
    reason: string(event, 'reason'),
    metadata: texts(event['metadata'] ?? {}),
    reportingController: string(event, 'reportingController'),
    ...(reportingInstance ? { reportingInstance } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidEvent(errorText(error));
  }
}

function reference(fields: Fields): FluxEvent['involvedObject'] {
  const given = referenceFields.map((name) => [name, string(fields, name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function texts(value: unknown): Record<string, string> {
  const fields = object(value, 'metadata');
  return Object.fromEntries(Object.keys(fields).map((name) => [name, string(fields, name)]));
}

function timestamp(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)))
    return value;
  throw invalidEvent('timestamp is not in the form of RFC 3339');
}

function string(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value === 'string') return value;
  throw invalidEvent(`${name} is not a string`);
}

function object(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalidEvent(`${what} is not an object`);
}
