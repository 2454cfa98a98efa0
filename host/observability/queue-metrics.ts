import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { exponential } from './buckets.ts';

/** What a work queue reports; fits its hooks. Times in milliseconds. */
export interface QueueObserver {
  onAdd(): void;
  onRetry(): void;
  onDepth(depth: number, priority: number): void;
  /** Called when a key is taken, with how long it waited. */
  onQueueDuration(ms: number): void;
  /** Called when a key is done, with how long that took. */
  onWorkDuration(ms: number): void;
}

export interface QueueMetrics {
  /** An observer for a controller's queue. */
  queue(controller: string): QueueObserver;
}

const LABELS = ['name', 'controller'] as const;

/** client-go's `workqueue_*` with controller-runtime's labels. */
export function queueMetrics(registry: Registry): QueueMetrics {
  const registers = [registry];
  const running = new Map<string, number[]>();
  const buckets = exponential(10e-9, 10, 12);
  const counter = (name: string, help: string) =>
    new Counter({ name: `workqueue_${name}`, help, labelNames: LABELS, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `workqueue_${name}`, help, labelNames: LABELS, buckets, registers });
  /** A gauge that is computed from the running keys' ages (seconds) when somebody asks. */
  const ages = (name: string, help: string, of: (seconds: number[]) => number) =>
    new Gauge({
      name: `workqueue_${name}`,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        const now = performance.now();
        for (const [controller, starts] of running) {
          this.set({ name: controller, controller }, of(starts.map((start) => (now - start) / 1000)));
        }
      },
    });

  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Current depth of workqueue by workqueue and priority',
    labelNames: [...LABELS, 'priority'],
    registers,
  });
  const adds = counter('adds_total', 'Total number of adds handled by workqueue');
  const retries = counter(
    'retries_total',
    'Total number of items that were added to the workqueue with a delay: after failures, and at their interval',
  );
  const waited = histogram(
    'queue_duration_seconds',
    'How long in seconds an item stays in workqueue before being requested',
  );
  const worked = histogram(
    'work_duration_seconds',
    'How long in seconds processing an item from workqueue takes.',
  );
  ages(
    'unfinished_work_seconds',
    'How many seconds of work has been done that is in progress and has not been observed by work_duration.',
    (seconds) => seconds.reduce((sum, each) => sum + each, 0),
  );
  ages(
    'longest_running_processor_seconds',
    'How many seconds has the longest running processor for workqueue been running.',
    (seconds) => Math.max(0, ...seconds),
  );

  return {
    queue(controller) {
      const labels = { name: controller, controller };
      const starts: number[] = [];
      running.set(controller, starts);
      depth.set({ ...labels, priority: '0' }, 0);
      adds.inc(labels, 0);
      retries.inc(labels, 0);
      return {
        onAdd: () => adds.inc(labels),
        onRetry: () => retries.inc(labels),
        onDepth: (count, priority) => depth.set({ ...labels, priority: String(priority) }, count),
        onQueueDuration(ms) {
          waited.observe(labels, ms / 1000);
          starts.push(performance.now());
        },
        onWorkDuration(ms) {
          worked.observe(labels, ms / 1000);
          starts.splice(nearest(starts, performance.now() - ms), 1);
        },
      };
    },
  };
}

/** The queue does not say which key is done, but when it had been started. */
function nearest(starts: readonly number[], start: number): number {
  let best = 0;
  for (const [i, each] of starts.entries())
    if (Math.abs(each - start) < Math.abs((starts[best] ?? 0) - start)) best = i;
  return best;
}
