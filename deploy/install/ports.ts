import type { Install } from './options.ts';

/**
 * Container ports. They are those of Flux's controllers, but for events: in Flux two controllers listen on 9090,
 * here both are one process. Services hide the difference: clients use port 80 of a Service as ever.
 */
export const ports = {
  artifacts: { name: 'http', containerPort: 9090 },
  events: { name: 'http-events', containerPort: 9091 },
  webhooks: { name: 'http-webhook', containerPort: 9292 },
  metrics: { name: 'http-prom', containerPort: 8080 },
  health: { name: 'healthz', containerPort: 9440 },
} as const;

/** The ports that the chosen components listen on. */
export function containerPorts({ components }: Install): (typeof ports)[keyof typeof ports][] {
  const { events, webhooks, ...always } = ports;
  return [...Object.values(always), ...(components.has('notification-controller') ? [events, webhooks] : [])];
}
