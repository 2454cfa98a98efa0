import type { FluxEvent } from '@flux-host/sdk/typescript';
import { timeOf } from '../notifier-common/event.ts';

/** An alert of Alertmanager's API, version 2. Without an end it lasts as long as Alertmanager's `resolve_timeout`. */
export function alertOf(event: FluxEvent) {
  const { summary, ...metadata } = event.metadata ?? {};
  const { kind = '', name = '', namespace = '' } = event.involvedObject;
  return {
    status: 'firing',
    labels: {
      ...metadata,
      alertname: `Flux${kind}${titleCase(event.reason)}`,
      severity: event.severity,
      reason: event.reason,
      kind,
      name,
      namespace,
      reportingcontroller: event.reportingController,
    },
    annotations: { message: event.message, ...(summary === undefined ? {} : { summary }) },
    startsAt: timeOf(event),
    endsAt: timeOf({ timestamp: null }),
  };
}

/** Words with one capital in front; a name in CamelCase is one word. */
export function titleCase(text: string): string {
  return text.replace(/[\p{L}\p{N}\p{M}_]+(?:['.:’][\p{L}\p{N}\p{M}_]+)*/gu, (word) => {
    const [first = '', ...rest] = word;
    return first.toUpperCase() + rest.join('').toLowerCase();
  });
}
