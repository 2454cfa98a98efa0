import { Counter, Gauge, type Registry } from 'prom-client';

/** The object that something kept was needed for, and what for: `reconcile`, unless Flux has another word. */
export interface CacheUser {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly operation?: CacheOperation;
}

const operations = [
  'reconcile',
  'post',
  'fetch_kubeconfig',
  'decrypt_with_aws',
  'decrypt_with_azure',
  'decrypt_with_gcp',
  'decrypt_with_vault',
  'decrypt',
] as const;

/** What tokens are needed for, in Flux's words, and `decrypt` for data keys. */
export type CacheOperation = (typeof operations)[number];

export interface CacheMetrics {
  /** Something was needed, and was kept or had to be got. */
  requested(user: CacheUser | undefined, outcome: { isHit: boolean; failed?: boolean }): void;
  /** @param added how many more are kept than before @param evicted how many made room for others */
  kept(added: number, evicted: number): void;
  /** Ends the series of an object that is gone. */
  forgotten(kind: string, key: { readonly namespace: string; readonly name: string }): void;
}

const eventTypes = ['cache_hit', 'cache_miss'] as const;

/** The metrics that Flux has of a cache. @param prefix e.g. `gotk_token_` */
export function cacheMetrics(registry: Registry, prefix: string): CacheMetrics {
  const registers = [registry];
  const events = new Counter({
    name: `${prefix}cache_events_total`,
    help: 'Total number of cache retrieval events for a Gitops Toolkit resource reconciliation.',
    labelNames: ['event_type', 'kind', 'name', 'namespace', 'operation'],
    registers,
  });
  const items = new Gauge({
    name: `${prefix}cached_items`,
    help: 'Total number of items in the cache.',
    registers,
  });
  const requests = new Counter({
    name: `${prefix}cache_requests_total`,
    help: 'Total number of cache requests partioned by success or failure.',
    labelNames: ['status'],
    registers,
  });
  const evictions = new Counter({
    name: `${prefix}cache_evictions_total`,
    help: 'Total number of cache evictions.',
    registers,
  });
  return {
    requested(user, { isHit, failed = false }) {
      requests.inc({ status: failed ? 'failure' : 'success' });
      if (!user) return;
      const { kind, namespace, name, operation = 'reconcile' } = user;
      events.inc({ event_type: isHit ? eventTypes[0] : eventTypes[1], kind, name, namespace, operation });
    },
    kept(added, evicted) {
      items.inc(added);
      evictions.inc(evicted);
    },
    forgotten(kind, { namespace, name }) {
      for (const operation of operations)
        for (const event_type of eventTypes) events.remove({ event_type, kind, name, namespace, operation });
    },
  };
}
