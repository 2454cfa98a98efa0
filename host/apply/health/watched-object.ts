import { errorText } from '../../errors/text.ts';
import { isKube } from '../../kube/errors.ts';
import { formatKey, gvkOf } from '../../kube/object.ts';
import { pause } from '../../kube/retry.ts';
import type { ApiResource, KubeObject, ObjectRef } from '../../kube/types.ts';
import { isNewer } from '../resource-version.ts';
import type { Health, WaitRequest } from '../types.ts';
import { computeHealth } from './compute.ts';
import { scheduleWindowMs } from './pod.ts';
import { isPodController, podFailure, podResource, podSelector } from './pods.ts';
import type { Lease, WatchPool, WatchScope } from './watch-pool.ts';

/** How often an object is read that may not be watched, or whose kind is not served yet, ms: Flux's interval. */
const pollMs = 5_000;

/** An object whose health is followed until `stop`. */
export interface WatchedObject {
  readonly ref: ObjectRef;
  /** Undefined until it is known. */
  readonly health: Health | undefined;
  /** The state that the health was computed from. */
  readonly seen: KubeObject | undefined;
  stop(): void;
}

interface Following {
  readonly request: WaitRequest;
  readonly pool: WatchPool;
  /** The state from which on answers count: an older one is from before the own change. */
  readonly since: KubeObject | undefined;
  onChange(): void;
}

/** Follows the health of an object through a shared watch; `onChange` is called when it changes. */
export function follow(ref: ObjectRef, { request, pool, since, onChange }: Following): WatchedObject {
  const { client, identity, signal } = request;
  const ended = new AbortController();
  const leases: Lease[] = [];
  let pods: Lease | undefined;
  let seen = since;
  let health: Health | undefined = since && judge(since);

  function judge(object: KubeObject): Health {
    const found = request.readers?.(object) ?? computeHealth(object);
    if (found.status !== 'InProgress' || !isPodController(object)) return found;
    return podFailure(podsOf(object)) ?? found;
  }

  function podsOf(object: KubeObject): KubeObject[] {
    const labelSelector = podSelector(object);
    if (!pods && labelSelector && !ended.signal.aborted) {
      pods = open({ resource: podResource, namespace: ref.namespace, labelSelector });
      pods.subscribe(() => seen && update(judge(seen)));
    }
    return pods?.list() ?? [];
  }

  function open(scope: Omit<WatchScope, 'client' | 'identity'>): Lease {
    const lease = pool.acquire({ client, identity, ...scope });
    leases.push(lease);
    return lease;
  }

  function update(next: Health): void {
    if (ended.signal.aborted || (next.status === health?.status && next.message === health.message)) return;
    health = next;
    onChange();
  }

  /** A pod that stays without a node fails by the clock alone. */
  function lookLater(object: KubeObject): void {
    if (object.kind !== 'Pod' || health?.status !== 'InProgress') return;
    void pause(scheduleWindowMs, ended.signal).then(
      () => seen && update(judge(seen)),
      () => {},
    );
  }

  function take(object: KubeObject | undefined): void {
    if (object && since && isNewer(since.metadata.resourceVersion, object.metadata.resourceVersion)) return;
    seen = object;
    update(object ? judge(object) : { status: 'NotFound', message: '' });
    if (object) lookLater(object);
  }

  async function poll(resource: ApiResource): Promise<void> {
    while (!ended.signal.aborted) {
      await attempt(async () => take(await client.get(resource, ref, { signal: ended.signal })));
      await pause(pollMs, ended.signal).catch(() => {});
    }
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (ended.signal.aborted) return;
      // A kind that is not served has no objects, and may be served later.
      if (isKube(error, 'noMatch')) update({ status: 'NotFound', message: errorText(error) });
      else if (isKube(error, 'notFound')) take(undefined);
      else update({ status: 'Unknown', message: errorText(error) });
    }
  }

  function watch(resource: ApiResource): void {
    const lease = open({
      resource,
      ...(resource.namespaced
        ? { namespace: ref.namespace }
        : { fieldSelector: `metadata.name=${ref.name}` }),
    });
    const key = formatKey(ref);
    let polling = false;
    const look = (): void => {
      if (lease.synced) take(lease.get(ref));
      else if (lease.refused && !polling) {
        polling = true;
        void poll(resource);
      }
    };
    lease.subscribe((changed) => {
      if (changed === undefined || changed === key) look();
    });
    look();
  }

  async function run(): Promise<void> {
    let resource: ApiResource | undefined;
    while (!resource && !ended.signal.aborted) {
      await attempt(async () => {
        resource = await client.resourceFor(gvkOf(ref), { signal: ended.signal });
      });
      if (!resource) await pause(pollMs, ended.signal).catch(() => {});
    }
    if (resource && !ended.signal.aborted) watch(resource);
  }

  signal.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal });
  void run();
  return {
    ref,
    get health() {
      return health;
    },
    get seen() {
      return seen;
    },
    stop() {
      ended.abort();
      for (const lease of leases) lease.release();
    },
  };
}
