import { collectDefaultMetrics, Registry } from 'prom-client';
import { type CacheMetrics, cacheMetrics } from './cache-metrics.ts';
import { type ChartMetrics, chartMetrics } from './chart-metrics.ts';
import { type ClientMetrics, clientMetrics } from './client-metrics.ts';
import { goMetrics } from './go-metrics.ts';
import { type HttpMetrics, httpMetrics } from './http-metrics.ts';
import { loopMetrics } from './loop-metrics.ts';
import { type NotificationMetrics, notificationMetrics } from './notification-metrics.ts';
import { type PluginMetrics, pluginMetrics } from './plugin-metrics.ts';
import { type QueueMetrics, queueMetrics } from './queue-metrics.ts';
import { type ReconcileMetrics, reconcileMetrics } from './reconcile-metrics.ts';

/** Everything that the process counts, as functions for those who count. */
export interface Metrics extends ReconcileMetrics, QueueMetrics, ClientMetrics, PluginMetrics, ChartMetrics {
  /** Of the webhook receiver, `gotk_receiver_http_*`. */
  readonly receiverHttp: HttpMetrics;
  /** Of the event server, `gotk_event_http_*`. */
  readonly eventHttp: HttpMetrics;
  readonly notifications: NotificationMetrics;
  /** Of tokens and logins of clouds, `gotk_token_cache_*`. */
  readonly tokenCache: CacheMetrics;
  /** Of decrypted data keys: a token is needed only for those that are not kept. */
  readonly dataKeyCache: CacheMetrics;
  /** The Prometheus text format and its content type. */
  expose(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  /**
   * `--watch-main-thread`. Each timer that looks costs an idle host half a percent of a core, which is more than its reconciles do: without it the
   * event loop is looked at five times a second.
   */
  readonly watchMainThread?: boolean;
}

/**
 * Flux's and controller-runtime's metric names, labels and buckets, so that existing dashboards and alerts work, plus `flux_host_*`.
 * Left out: `gotk_reconcile_condition` and `gotk_suspend_status` (no controller sets them since Flux 2.1; kube-state-metrics exports
 * `gotk_resource_info` from the objects), `certwatcher_*` and `controller_runtime_webhook_*` (there are no such servers), and all but two of `go_*`,
 * which describe Go's runtime. In their place come `nodejs_*` (event-loop lag, heap, garbage collection); `process_*` is there as in Go.
 */
export function createMetrics({ watchMainThread = false }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: watchMainThread ? 10 : 200 });
  goMetrics(registry);
  if (watchMainThread) loopMetrics(registry);
  const reconciles = reconcileMetrics(registry);
  const tokenCache = cacheMetrics(registry, 'gotk_token_');
  const dataKeyCache = cacheMetrics(registry, 'flux_host_data_key_');
  return {
    ...reconciles,
    ...queueMetrics(registry),
    ...clientMetrics(registry),
    ...pluginMetrics(registry),
    ...chartMetrics(registry),
    receiverHttp: httpMetrics(registry, 'gotk_receiver'),
    eventHttp: httpMetrics(registry, 'gotk_event'),
    notifications: notificationMetrics(registry),
    tokenCache,
    dataKeyCache,
    deleted(kind, key) {
      reconciles.deleted(kind, key);
      tokenCache.forgotten(kind, key);
      dataKeyCache.forgotten(kind, key);
    },
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
