import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { RecordedEvent } from './types.ts';

/** Who an event comes from. */
export interface Reporter {
  readonly controller: string;
  /** Name of this process, for `reportingInstance`. */
  readonly instance: string;
}

const SEVERITY = { Normal: 'info', Warning: 'error', Trace: 'trace' } as const;

/** Maximum of the API for a message, in characters. */
const MAX_MESSAGE = 39_000;

/** An event as Flux's controllers send it to notification-controller (`event.toolkit.fluxcd.io/v1beta1`). */
export function toFluxEvent(event: RecordedEvent, { controller, instance }: Reporter): FluxEvent {
  const { involvedObject, type, timestamp, message, reason, annotations } = event;
  return {
    involvedObject,
    severity: SEVERITY[type],
    timestamp,
    message: message.slice(0, MAX_MESSAGE),
    reason,
    ...(Object.keys(annotations).length > 0 ? { metadata: { ...annotations } } : {}),
    reportingController: controller,
    reportingInstance: instance,
  };
}
