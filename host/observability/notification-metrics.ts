import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** How an attempt to send a notification ended. */
export type DeliveryResult =
  | 'delivered'
  /** The plugin had nothing to send, which is right. */
  | 'skipped'
  /** Its Alert or Provider is gone or suspended. */
  | 'gone'
  /** It failed and is tried again. */
  | 'retried'
  /** It failed and is not. */
  | 'failed';

export interface NotificationMetrics {
  /** @param provider `namespace/name` */
  attempt(provider: string, result: DeliveryResult, seconds?: number): void;
  /** @param reason `full`: too many waited; `expired`: it was too old */
  dropped(reason: 'full' | 'expired', count: number): void;
  outboxDepth(count: number): void;
  /** The disk does not keep the outbox. */
  outboxFailed(): void;
  /** Failures that became part of a message about several. */
  grouped(): void;
}

/** From at once to a service that was down for hours. */
const DELIVERY_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

export function notificationMetrics(registry: Registry): NotificationMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'flux_host_notification_attempts_total',
    help: 'Attempts to send a notification by outcome.',
    labelNames: ['provider', 'result'],
    registers,
  });
  const latency = new Histogram({
    name: 'flux_host_notification_delivery_seconds',
    help: 'Time from the acceptance of an event to its delivery.',
    buckets: DELIVERY_SECONDS,
    registers,
  });
  const dropped = new Counter({
    name: 'flux_host_notification_dropped_total',
    help: 'Accepted notifications that were given up without another attempt.',
    labelNames: ['reason'],
    registers,
  });
  const depth = new Gauge({
    name: 'flux_host_notification_outbox_depth',
    help: 'Notifications that wait to be sent.',
    registers,
  });
  const failures = new Counter({
    name: 'flux_host_notification_outbox_failures_total',
    help: 'Writes of the outbox that the disk refused; what they held is kept in memory only.',
    registers,
  });
  const grouped = new Counter({
    name: 'flux_host_notification_grouped_total',
    help: 'Failures that became part of a message about several.',
    registers,
  });
  return {
    attempt(provider, result, seconds) {
      attempts.inc({ provider, result });
      if (result === 'delivered' && seconds !== undefined) latency.observe(seconds);
    },
    dropped: (reason, count) => dropped.inc({ reason }, count),
    outboxDepth: (count) => depth.set(count),
    outboxFailed: () => failures.inc(),
    grouped: () => grouped.inc(),
  };
}
