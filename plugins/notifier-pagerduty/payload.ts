import type { FluxEvent } from '@flux-host/sdk/typescript';
import { timeOf } from '../notifier-common/event.ts';
import { isError, nameAndDescription } from '../notifier-common/naming.ts';

/** Opens an incident for an error; anything else resolves the one that may be open. */
export function incidentOf(event: FluxEvent, routingKey: string) {
  const { kind, name, uid } = event.involvedObject;
  const payload = {
    ...commonOf(event),
    severity: severityOf(event.severity),
    ...(name ? { component: name } : {}),
    ...(kind ? { group: kind } : {}),
    custom_details: detailsOf(event),
  };
  return {
    routing_key: routingKey,
    event_action: isError(event) ? 'trigger' : 'resolve',
    ...(uid ? { dedup_key: uid } : {}),
    ...(isError(event) ? { payload } : {}),
  };
}

/** In the words of PagerDuty, which has no traces. */
export function severityOf(severity: string): string {
  return severity === 'info' || severity === 'trace' ? 'info' : 'error';
}

/** Tells of a change, for those who look for the cause of an incident. */
export function changeOf(event: FluxEvent, routingKey: string) {
  return {
    ...(routingKey ? { routing_key: routingKey } : {}),
    payload: { ...commonOf(event), custom_details: detailsOf(event) },
  };
}

function commonOf(event: FluxEvent) {
  const { name, description } = nameAndDescription(event);
  return {
    summary: `${description}: ${name}`,
    source: `Flux ${event.reportingController}`,
    timestamp: timeOf(event),
  };
}

const detailsOf = ({ message, metadata }: FluxEvent) => ({ message, metadata: metadata ?? null });
