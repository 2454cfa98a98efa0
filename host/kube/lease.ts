import type { ApiResource, KubeObject, NamespacedName } from './types.ts';

/** A coordination.k8s.io Lease. */
export interface Lease extends KubeObject {
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    /** RFC 3339 with microseconds. */
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export const leaseResource: ApiResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** A lease and when, by this process's own monotonic clock, its record was first seen as it is. */
export interface Observed {
  readonly lease: Lease;
  readonly record: string;
  readonly since: number;
}

/** Remembers a lease; an unchanged record keeps its time. */
export function observe(lease: Lease, before: Observed | undefined): Observed {
  const record = JSON.stringify(lease.spec);
  return { lease, record, since: before?.record === record ? before.since : performance.now() };
}

/** Whether another holder's lease is still running: seen changing less than its own duration ago. */
export function isHeldByOther({ lease, since }: Observed, identity: string): boolean {
  const { holderIdentity, leaseDurationSeconds = 0 } = lease.spec;
  if (!holderIdentity || holderIdentity === identity) return false;
  return performance.now() - since < leaseDurationSeconds * 1000;
}

interface Holder {
  readonly identity: string;
  readonly leaseDurationMs: number;
}

export function newLease(key: NamespacedName, holder: Holder): Lease {
  const time = microTime();
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: key.namespace, name: key.name },
    spec: { ...held(holder), acquireTime: time, renewTime: time, leaseTransitions: 0 },
  };
}

/** The lease renewed, or taken over; its resourceVersion makes the write fail when somebody else was faster. */
export function acquired(lease: Lease, holder: Holder): Lease {
  const time = microTime();
  const mine = lease.spec.holderIdentity === holder.identity;
  return {
    ...lease,
    spec: {
      ...lease.spec,
      ...held(holder),
      renewTime: time,
      ...(!mine && { acquireTime: time, leaseTransitions: (lease.spec.leaseTransitions ?? 0) + 1 }),
    },
  };
}

/** The lease given back: free at once for anyone. */
export function released(lease: Lease): Lease {
  const time = microTime();
  // An update needs a positive duration; client-go writes one second too.
  const { leaseTransitions = 0 } = lease.spec;
  return {
    ...lease,
    spec: {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: time,
      renewTime: time,
      leaseTransitions,
    },
  };
}

function held({ identity, leaseDurationMs }: Holder) {
  return { holderIdentity: identity, leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000) };
}

function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
