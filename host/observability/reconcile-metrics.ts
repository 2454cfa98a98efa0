import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { exponentialRange } from './buckets.ts';

/** How a reconcile ended, in controller-runtime's words. */
export type ReconcileOutcome = 'success' | 'error' | 'requeue' | 'requeue_after' | 'terminal_error';

export interface ReconcileMetrics {
  started(controller: string): void;
  finished(controller: string, outcome: ReconcileOutcome, seconds: number): void;
  panicked(controller: string): void;
  /** `--concurrent` of a controller. */
  maxConcurrent(controller: string, count: number): void;
  /** Flux's own histogram, for one object. */
  duration(kind: string, key: { readonly namespace: string; readonly name: string }, seconds: number): void;
  /** Ends the series of an object that is gone. */
  deleted(kind: string, key: { readonly namespace: string; readonly name: string }): void;
}

/** controller-runtime's buckets. */
const RECONCILE_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

const RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;

export function reconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const labelNames = ['controller'] as const;
  const counter = (name: string, help: string) =>
    new Counter({ name: `controller_runtime_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `controller_runtime_${name}`, help, labelNames, registers });

  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = counter('reconcile_errors_total', 'Total number of reconciliation errors per controller');
  const terminal = counter(
    'terminal_reconcile_errors_total',
    'Total number of terminal reconciliation errors per controller',
  );
  const timeouts = counter(
    'reconcile_timeouts_total',
    'Total number of reconciliation timeouts per controller',
  );
  const panics = counter('reconcile_panics_total', 'Total number of reconciliation panics per controller');
  const concurrency = gauge(
    'max_concurrent_reconciles',
    'Maximum number of concurrent reconciles per controller',
  );
  const active = gauge('active_workers', 'Number of currently used workers per controller');
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller',
    labelNames,
    buckets: RECONCILE_SECONDS,
    registers,
  });
  const duration = new Histogram({
    name: 'gotk_reconcile_duration_seconds',
    help: 'The duration in seconds of a GitOps Toolkit resource reconciliation.',
    labelNames: ['kind', 'name', 'namespace'],
    buckets: exponentialRange(10e-3, 1800, 10),
    registers,
  });

  return {
    started: (controller) => active.inc({ controller }),
    finished(controller, outcome, seconds) {
      active.dec({ controller });
      time.observe({ controller }, seconds);
      if (outcome === 'terminal_error') terminal.inc({ controller });
      const failed = outcome === 'error' || outcome === 'terminal_error';
      if (failed) errors.inc({ controller });
      total.inc({ controller, result: failed ? 'error' : outcome });
    },
    panicked: (controller) => panics.inc({ controller }),
    maxConcurrent(controller, count) {
      concurrency.set({ controller }, count);
      // From the start at zero, as controller-runtime does: a rate needs a first value.
      for (const result of RESULTS) total.inc({ controller, result }, 0);
      for (const each of [errors, terminal, panics, timeouts]) each.inc({ controller }, 0);
      active.inc({ controller }, 0);
    },
    duration: (kind, { name, namespace }, seconds) => duration.observe({ kind, name, namespace }, seconds),
    deleted: (kind, { name, namespace }) => duration.remove({ kind, name, namespace }),
  };
}
