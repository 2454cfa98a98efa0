import { formatKey } from '../kube/object.ts';
import type { NamespacedName } from '../kube/types.ts';
import { type ClusterOptions, openCluster, type RemoteCluster } from './cluster.ts';
import { type ConfigAccess, readConfig } from './read-config.ts';
import type { ConnectRequest, RemoteClusters, RemoteConfig } from './types.ts';

export interface RemoteClustersOptions extends Omit<ClusterOptions, 'mayWatch'>, ConfigAccess {
  /** How long a connection that nobody uses is kept, ms. Default 30 s. */
  readonly lingerMs?: number;
  /** Connections at once; the least recently used is closed for another. Default 1000. */
  readonly maxClusters?: number;
  /** Clusters watched at once, each with one connection a kind; in further ones drift is corrected at the interval. Default 100. */
  readonly maxWatched?: number;
  /** A cluster of `configMapRef` was asked for: whether it was known, or had to be found out, which may have failed. */
  onLookUp?(owner: NamespacedName, outcome: { readonly isHit: boolean; readonly failed?: boolean }): void;
}

/** The clusters that Kustomizations with `spec.kubeConfig` apply to. */
export function createRemoteClusters(options: RemoteClustersOptions): RemoteClusters {
  const { lingerMs = 30_000, maxClusters = 1000, maxWatched = 100 } = options;
  const clusters = new Map<string, RemoteCluster>();
  /** Which cluster an owner's objects are in. */
  const bound = new Map<string, RemoteCluster>();
  const closing = new Set<Promise<void>>();

  const countWatched = () => [...clusters.values()].filter(({ watching }) => watching).length;

  function close(key: string, cluster: RemoteCluster): void {
    if (clusters.get(key) === cluster) clusters.delete(key);
    const closed = cluster.close().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  /** Nobody may come back to it for a while: then it is closed. */
  function settle(key: string, cluster: RemoteCluster): void {
    const isIdle = () => cluster.users === 0 && cluster.owners.size === 0 && clusters.get(key) === cluster;
    if (!isIdle()) return;
    setTimeout(() => {
      if (isIdle() && performance.now() - cluster.usedAt >= lingerMs) close(key, cluster);
    }, lingerMs + 1).unref();
  }

  function makeRoom(): void {
    if (clusters.size < maxClusters) return;
    const idle = [...clusters].filter(([, { users }]) => users === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest) close(...oldest);
  }

  async function clusterOf(config: RemoteConfig, signal: AbortSignal): Promise<RemoteCluster> {
    const known = clusters.get(config.key);
    if (known && !(known.isDown && known.users === 0 && config.mayMove)) return known;
    if (known) close(config.key, known);
    const place = await config.cluster(signal);
    const meanwhile = clusters.get(config.key);
    if (meanwhile) return meanwhile;
    makeRoom();
    const cluster = openCluster(place, { ...options, mayWatch: () => countWatched() < maxWatched });
    clusters.set(config.key, cluster);
    return cluster;
  }

  function forget(owner: NamespacedName): void {
    const cluster = bound.get(formatKey(owner));
    if (!cluster) return;
    bound.delete(formatKey(owner));
    cluster.unbind(owner);
    for (const [key, each] of clusters) if (each === cluster) settle(key, cluster);
  }

  function bind(owner: NamespacedName, cluster: RemoteCluster): void {
    if (bound.get(formatKey(owner)) === cluster) return;
    forget(owner);
    cluster.bind(owner);
    bound.set(formatKey(owner), cluster);
  }

  return {
    get size() {
      return { clusters: clusters.size, watched: countWatched() };
    },
    forget,
    async connect({ kubeConfig, owner, signal }: ConnectRequest) {
      let config: RemoteConfig;
      let cluster: RemoteCluster;
      let isHit = false;
      const counts = kubeConfig.configMapRef !== undefined && !kubeConfig.secretRef;
      try {
        config = await readConfig(options, kubeConfig, owner.namespace, signal);
        isHit = clusters.has(config.key);
        cluster = await clusterOf(config, signal);
        if (counts) options.onLookUp?.(owner, { isHit });
      } catch (error) {
        if (counts && !signal.aborted) options.onLookUp?.(owner, { isHit: false, failed: true });
        // Credentials that were taken away must not be in use any longer.
        if (!signal.aborted) forget(owner);
        throw error;
      }
      bind(owner, cluster);
      const { key, from } = config;
      return cluster.lease({ from, signal, released: () => settle(key, cluster) });
    },
    async close() {
      for (const [key, cluster] of clusters) close(key, cluster);
      await Promise.all(closing);
    },
  };
}
