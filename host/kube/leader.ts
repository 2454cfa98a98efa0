import { isKube } from './errors.ts';
import {
  acquired,
  isHeldByOther,
  type Lease,
  leaseResource,
  newLease,
  type Observed,
  observe,
  released,
} from './lease.ts';
import { jitter, pause } from './retry.ts';
import type { KubeClient, NamespacedName } from './types.ts';

/** Options of {@link runAsLeader}; the defaults are those of Flux's controllers. */
export interface LeaderOptions {
  readonly client: KubeClient;
  /** The Lease. */
  readonly lease: NamespacedName;
  /** Unique among all candidates, e.g. pod name and a random part. */
  readonly identity: string;
  /** How long others wait before they take a lease that is not renewed. Default 35 s; whole seconds. */
  readonly leaseDurationMs?: number;
  /** How long the leader tries to renew before it gives up. Default 30 s. */
  readonly renewDeadlineMs?: number;
  /** Pause between attempts. Default 5 s. */
  readonly retryPeriodMs?: number;
  /** Gives the lease back when the signal aborts, so that the next leader need not wait. Default true. */
  readonly releaseOnCancel?: boolean;
  /** Someone became the leader, this process included. */
  onLeader?(identity: string): void;
  /** An attempt failed; another follows. */
  onError?(error: unknown): void;
}

/** Why {@link runAsLeader} ended. */
export type LeadershipEnd = 'cancelled' | 'lost' | 'finished';

/**
 * Waits for the lease, then runs `lead` while renewing it. `lead` gets a signal that aborts when the lease is lost or the
 * outer signal aborts, and must then end soon: another process leads once the lease expires. After `lost` a process should exit, as
 * controllers do. Expiry is judged by how long this process has seen the lease unchanged, never by comparing clocks.
 * @throws what `lead` throws
 */
export async function runAsLeader(
  options: LeaderOptions,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<LeadershipEnd> {
  const { leaseDurationMs = 35_000, renewDeadlineMs = 30_000, retryPeriodMs = 5_000 } = options;
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs)) {
    throw new Error('leader election needs leaseDuration > renewDeadline > retryPeriod');
  }
  const candidate = createCandidate(options, leaseDurationMs);

  let renewedAt = performance.now();
  while (!(await candidate.tryAcquireOrRenew(within(renewDeadlineMs, signal)))) {
    if (signal.aborted) return 'cancelled';
    await pause(jitter(retryPeriodMs), signal).catch(() => {});
    renewedAt = performance.now();
  }

  const lost = new AbortController();
  const over = new AbortController();
  /** Renews until the work is over, also while it winds down after an abort. */
  const renew = async () => {
    const left = () => renewedAt + renewDeadlineMs - performance.now();
    while (!over.signal.aborted) {
      await pause(Math.max(0, Math.min(retryPeriodMs, left())), over.signal).catch(() => {});
      if (over.signal.aborted) return;
      if (left() <= 0 || candidate.isLost()) return lost.abort();
      const began = performance.now();
      if (await candidate.tryAcquireOrRenew(within(left(), over.signal))) renewedAt = began;
    }
  };
  const renewing = renew();

  try {
    await lead(AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    if (!signal.aborted && !lost.signal.aborted) throw error;
  } finally {
    over.abort();
    await renewing;
    // Only now that the work has ended: releasing earlier would let two processes work at once.
    if (!lost.signal.aborted && (options.releaseOnCancel ?? true)) {
      await candidate.release(AbortSignal.timeout(renewDeadlineMs));
    }
  }
  if (lost.signal.aborted) return 'lost';
  return signal.aborted ? 'cancelled' : 'finished';
}

function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(Math.max(1, ms)))]);
}

function createCandidate(options: LeaderOptions, leaseDurationMs: number) {
  const { client, lease: key, identity } = options;
  let observed: Observed | undefined;
  let announced = '';

  function note(lease: Lease): Observed {
    observed = observe(lease, observed);
    const holder = lease.spec.holderIdentity ?? '';
    if (holder && holder !== announced) options.onLeader?.(holder);
    announced = holder;
    return observed;
  }

  async function read(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      const lease = await client.get<Lease>(leaseResource, key, { signal });
      // Made by hand it may have none.
      return { ...lease, spec: lease.spec ?? {} };
    } catch (error) {
      if (isKube(error, 'notFound')) return undefined;
      throw error;
    }
  }

  return {
    /** The lease is known to be someone else's. */
    isLost: () => observed !== undefined && observed.lease.spec.holderIdentity !== identity,

    async tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
      try {
        const lease = await read(signal);
        if (!lease) {
          note(await client.create(leaseResource, newLease(key, { identity, leaseDurationMs }), { signal }));
          return true;
        }
        if (isHeldByOther(note(lease), identity)) return false;
        note(await client.replace(leaseResource, acquired(lease, { identity, leaseDurationMs }), { signal }));
        return true;
      } catch (error) {
        // Another candidate was faster: an ordinary outcome.
        const beaten = isKube(error, 'conflict') || isKube(error, 'alreadyExists');
        if (!beaten && !signal.aborted) options.onError?.(error);
        return false;
      }
    },

    async release(signal: AbortSignal): Promise<void> {
      try {
        // Read again: a renewal that was cut off may have arrived.
        const lease = await read(signal);
        if (lease?.spec.holderIdentity !== identity) return;
        await client.replace(leaseResource, released(lease), { signal });
      } catch (error) {
        options.onError?.(error);
      }
    },
  };
}
