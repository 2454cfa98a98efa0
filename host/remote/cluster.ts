import { type Applier, createApplier } from '../apply/create-applier.ts';
import { createDriftWatcher } from '../apply/drift/watcher.ts';
import { errorText } from '../errors/text.ts';
import { type ConnectedClient, createClient } from '../kube/client.ts';
import type { ClusterConfig } from '../kube/cluster.ts';
import { isKube } from '../kube/errors.ts';
import { formatKey, parseKey } from '../kube/object.ts';
import type { RestHooks } from '../kube/rest.ts';
import type { NamespacedName } from '../kube/types.ts';
import { checkedLookup } from './addresses.ts';
import { connectFailed } from './errors.ts';
import { pausableTracker } from './pausable-tracker.ts';
import { createReachability } from './reachability.ts';
import type { RemoteLease } from './types.ts';

export interface ClusterOptions extends RestHooks {
  /** Of the owner's kind, which its labels begin with. */
  readonly group: string;
  readonly userAgent: string;
  /** Whether one more cluster may be watched. */
  mayWatch(): boolean;
  /** An object of the owner was changed, or the cluster is back. Must be quick. */
  onChange(owner: NamespacedName): void;
  onMissed(count: number): void;
  /** What happens to the connection, for the log. */
  onNotice(message: string, fields: Record<string, unknown>): void;
}

export interface LeaseRequest {
  /** Where the cluster was found, for messages. */
  readonly from: string;
  readonly signal: AbortSignal;
  /** Told when the lease ends. */
  released(): void;
}

/** One connection to one cluster as one identity. */
export interface RemoteCluster {
  readonly watching: boolean;
  /** It did not answer last, or did not let the host in. */
  readonly isDown: boolean;
  /** Attempts under way. */
  readonly users: number;
  readonly owners: ReadonlySet<string>;
  /** `performance.now()` of the last use. */
  readonly usedAt: number;
  bind(owner: NamespacedName): void;
  unbind(owner: NamespacedName): void;
  /** @throws FluxError FLUX_E_REMOTE_UNREACHABLE, FLUX_E_REMOTE_UNAUTHORIZED */
  lease(request: LeaseRequest): Promise<RemoteLease>;
  close(): Promise<void>;
}

/**
 * The server may be a tenant's: what it sends is bounded, and a watch that sends more than this is begun anew, which also throws away
 * what was kept of it.
 */
const limits = {
  concurrency: 16,
  timeoutMs: 30_000,
  maxBodyBytes: 32 * 1024 * 1024,
  maxWatchBytes: 64 * 1024 * 1024,
  lookup: checkedLookup,
};

/** Connects lazily. Watches begin once the cluster has answered, and end when it does not any more. */
export function openCluster(config: ClusterConfig, options: ClusterOptions): RemoteCluster {
  const owners = new Set<string>();
  const leases = new Set<(error: unknown) => void>();
  let usedAt = performance.now();
  let isDown = false;
  const { host } = new URL(config.server);

  const client: ConnectedClient = createClient(config, {
    ...limits,
    userAgent: options.userAgent,
    onRequest(record) {
      options.onRequest?.(record);
      if (record.code === '<error>' || /^(401|50[234])$/.test(record.code)) reachability.suspect();
    },
    onWarning: (text) => options.onWarning?.(text),
  });

  const unwatchable = new Set<string>();
  const tracker = pausableTracker(() =>
    createDriftWatcher({
      client,
      group: options.group,
      onDrift: (owner) => options.onChange(owner),
      onError(error) {
        if (!isKube(error, 'forbidden') || unwatchable.has(error.message) || unwatchable.size > 100) return;
        unwatchable.add(error.message);
        options.onNotice('may not watch for drift, which is corrected at the interval only', {
          cluster: host,
          error: error.message,
        });
      },
      onMissed: (count) => options.onMissed(count),
    }),
  );
  const applier: Applier = createApplier({ tracker });

  const reachability = createReachability(client, {
    wanted: () => owners.size > 0,
    onUp() {
      const wasDown = isDown;
      isDown = false;
      if (options.mayWatch()) tracker.resume();
      if (!wasDown) return;
      options.onNotice('remote cluster is usable again', { cluster: host });
      // What changed meanwhile was not seen; and who failed need not wait for the next try.
      for (const owner of owners) options.onChange(parseKey(owner));
    },
    onDown(error) {
      isDown = true;
      tracker.pause();
      options.onNotice('remote cluster is not usable', { cluster: host, error: errorText(error) });
      for (const fail of leases) fail(error);
    },
  });

  return {
    get watching() {
      return tracker.watching;
    },
    get users() {
      return leases.size;
    },
    get isDown() {
      return isDown;
    },
    owners,
    get usedAt() {
      return usedAt;
    },
    bind: (owner) => void owners.add(formatKey(owner)),
    unbind(owner) {
      applier.forget(owner);
      owners.delete(formatKey(owner));
    },
    async lease({ from, signal, released }) {
      const gone = new AbortController();
      const fail = (error: unknown) => gone.abort(connectFailed(from, error));
      leases.add(fail);
      const release = () => {
        usedAt = performance.now();
        if (leases.delete(fail)) released();
      };
      try {
        await abortable(reachability.check(), signal);
      } catch (error) {
        release();
        signal.throwIfAborted();
        throw connectFailed(from, error);
      }
      return { client, applier, signal: gone.signal, release };
    },
    async close() {
      reachability.close();
      tracker.pause();
      applier.close();
      await client.close();
    },
  };
}

/** Waits for an answer that others wait for too, but no longer than the caller. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
