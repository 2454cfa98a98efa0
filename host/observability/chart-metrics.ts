import { Counter, type Registry } from 'prom-client';

type Key = { readonly namespace: string; readonly name: string };

export interface ChartMetrics {
  /** The index of a HelmRepository was needed, and was in memory or not. */
  indexUsed(repository: Key, isHit: boolean): void;
  /** Ends the series of a HelmRepository that is gone. */
  indexForgotten(repository: Key): void;
}

/** Flux's counter of its cache of indexes. */
export function chartMetrics(registry: Registry): ChartMetrics {
  const events = new Counter({
    name: 'gotk_cache_events_total',
    help: 'Total number of cache retrieval requests for a Gitops Toolkit resource reconciliation.',
    labelNames: ['event_type', 'name', 'namespace'],
    registers: [registry],
  });
  const types = ['cache_hit', 'cache_miss'] as const;
  return {
    indexUsed: ({ namespace, name }, isHit) =>
      events.inc({ event_type: isHit ? types[0] : types[1], name, namespace }),
    indexForgotten({ namespace, name }) {
      for (const event_type of types) events.remove({ event_type, name, namespace });
    },
  };
}
