import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { exponential } from './buckets.ts';

/** Counts the requests to one HTTP server. */
export interface HttpMetrics {
  started(handler: string): void;
  finished(request: {
    readonly handler: string;
    readonly method: string;
    readonly code: number;
    readonly seconds: number;
    readonly bytes: number;
  }): void;
  /** A request that was turned away because there were too many (not in Flux). */
  throttled(): void;
}

/** Names, labels and buckets of the middleware that notification-controller uses; `prefix` is e.g. `gotk_receiver`. */
export function httpMetrics(registry: Registry, prefix: string): HttpMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: `${prefix}_http_request_duration_seconds`,
    help: 'The latency of the HTTP requests.',
    labelNames: ['service', 'handler', 'method', 'code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const size = new Histogram({
    name: `${prefix}_http_response_size_bytes`,
    help: 'The size of the HTTP responses.',
    labelNames: ['service', 'handler', 'method', 'code'],
    buckets: exponential(100, 10, 8),
    registers,
  });
  const inflight = new Gauge({
    name: `${prefix}_http_requests_inflight`,
    help: 'The number of inflight requests being handled at the same time.',
    labelNames: ['service', 'handler'],
    registers,
  });
  const throttled = new Counter({
    name: `${prefix.replace('gotk', 'flux_host')}_http_throttled_total`,
    help: 'Requests that were answered with 429.',
    registers,
  });
  const service = '';
  return {
    started: (handler) => inflight.inc({ service, handler }),
    finished({ handler, method, code, seconds, bytes }) {
      inflight.dec({ service, handler });
      const labels = { service, handler, method, code };
      duration.observe(labels, seconds);
      size.observe(labels, bytes);
    },
    throttled: () => throttled.inc(),
  };
}
