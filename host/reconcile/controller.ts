import { randomUUID } from 'node:crypto';
import { FluxError } from '../errors/flux-error.ts';
import { errorText, isAbort } from '../errors/text.ts';
import type { EventInput } from '../events/types.ts';
import { isEmpty } from '../json.ts';
import { KubeError } from '../kube/errors.ts';
import { formatKey, keyOf, parseKey } from '../kube/object.ts';
import { createReflector } from '../kube/reflector.ts';
import type { ApiResource, KubeClient, NamespacedName, Reflector, StoreEvent } from '../kube/types.ts';
import { createWorkQueue, type WorkQueue, type WorkQueueHooks } from '../kube/work-queue.ts';
import { type Logger, reconcileFields } from '../observability/logger.ts';
import { requestedAt, finalizer as usualFinalizer } from './annotations.ts';
import { Slots } from './slots.ts';
import { showWhenSlow } from './slow.ts';
import { StatusSession } from './status-session.ts';
import type { Context, FluxObject, Reconciler, Result } from './types.ts';
import { watchFailures } from './watch-failures.ts';

/** Outcome of one reconcile, for metrics: controller-runtime's words. */
export type Outcome = 'success' | 'error' | 'requeue_after' | 'terminal_error';

/** A call of a plugin takes less, and so does its turn in the queue for the threads: unless a server is slow. */
const soonMs = 500;

/** What the choke point reports; the host connects it to the metrics registry. */
export interface ControllerMetrics {
  started(controller: string): void;
  maxConcurrent(controller: string, count: number): void;
  finished(controller: string, outcome: Outcome, seconds: number): void;
  panicked(controller: string): void;
  duration(kind: string, key: NamespacedName, seconds: number): void;
  deleted(kind: string, key: NamespacedName): void;
  queue(controller: string): WorkQueueHooks;
  missedEvents(kind: string, count: number): void;
}

export interface ControllerOptions<T extends FluxObject> {
  /** Name in logs, metrics and field managers, e.g. `kustomize-controller`. */
  readonly name: string;
  readonly fieldManager: string;
  readonly client: KubeClient;
  readonly resource: ApiResource;
  readonly reconciler: Reconciler<T>;
  /** Objects worked on at once; objects that only wait do not count. */
  readonly concurrency: number;
  readonly retry: { readonly minMs: number; readonly maxMs: number };
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly metrics: ControllerMetrics;
  readonly log: Logger;
  event(object: T, event: EventInput): void;
  /** Takes secrets out of what goes into a status. */
  redact(text: string): string;
  /** Flux's usual one unless told. */
  readonly finalizer?: string;
  /** Objects that nothing is done for (HelmRepositories of type oci): what they have of another time, finalizer and status, is taken away. */
  isStatic?(object: T): boolean;
  /** Told of every change of the primary objects, after the queue was. */
  onChange?(event: StoreEvent<T>): void;
}

/** How urgently and why an object is put into the queue. */
export interface Enqueue {
  readonly priority?: number;
  /** What a running attempt works on is out of date: its waits should end. */
  readonly supersede?: string;
}

/** How long an attempt lives: `stopping` asks waits to end, `signal` ends everything. */
interface Life {
  readonly signal: AbortSignal;
  readonly stopping: AbortSignal;
}

/** Why a running attempt ended early; becomes part of the condition. */
export class Superseded extends Error {
  override readonly name = 'AbortError';
}

/**
 * The one place every reconcile of a kind goes through: cache, queue, concurrency, suspend, finalizers, timeouts, panics, metrics,
 * log IDs, requeues. Reconcilers contain only what their kind needs.
 */
export class Controller<T extends FluxObject> {
  readonly #options: ControllerOptions<T>;
  readonly #queue: WorkQueue;
  readonly #reflector: Reflector<T>;
  /** What the last status patch returned, until the watch has caught up with it. */
  readonly #fresh = new Map<string, T>();
  readonly #running = new Map<string, AbortController>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #slots: Slots;

  constructor(options: ControllerOptions<T>) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency);
    this.#queue = createWorkQueue({
      minRetryMs: options.retry.minMs,
      maxRetryMs: options.retry.maxMs,
      hooks: options.metrics.queue(options.name),
    });
    options.metrics.maxConcurrent(options.name, options.concurrency);
    this.#reflector = createReflector<T>({
      client: options.client,
      resource: options.resource,
      ...(options.namespace ? { namespace: options.namespace } : {}),
      ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
      onEvent: (event) => this.#observe(event),
      onMissed: (count) => options.metrics.missedEvents(options.resource.kind, count),
      onError: watchFailures(options.log, options.resource.kind),
    });
  }

  /** The newest known state of an object. */
  get(key: NamespacedName): T | undefined {
    const stored = this.#reflector.store.get(key);
    const fresh = this.#fresh.get(formatKey(key));
    return stored && fresh && isNewer(fresh, stored) ? fresh : stored;
  }

  list(): T[] {
    return this.#reflector.store.list().map((object) => this.get(keyOf(object)) ?? object);
  }

  /** Whether an attempt is under way, which may have seen the world before a change: what it will say is not known yet. */
  isWorking(key: NamespacedName): boolean {
    return this.#running.has(formatKey(key));
  }

  enqueue(key: NamespacedName, how: Enqueue = {}): void {
    const text = formatKey(key);
    if (how.supersede) this.#running.get(text)?.abort(new Superseded(how.supersede));
    this.#queue.add(text, how.priority === undefined ? {} : { priority: how.priority });
  }

  /** Fills the cache; resolves when it is complete. */
  async sync(signal: AbortSignal): Promise<void> {
    await this.#reflector.start(signal);
  }

  /** Works until the signal aborts; resolves when nothing is in flight any more. `drain` aborts what is left. */
  async run(signal: AbortSignal, drain: AbortSignal): Promise<void> {
    const stop = () => void this.#queue.shutDown({ drain: false });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    for (;;) {
      await this.#slots.free();
      const key = await this.#queue.take();
      if (key === undefined) break;
      const task = this.#work(key, { signal: drain, stopping: signal }).finally(() =>
        this.#tasks.delete(task),
      );
      this.#tasks.add(task);
    }
    await Promise.all(this.#tasks);
  }

  #observe(event: StoreEvent<T>): void {
    const key = keyOf(event.object);
    const text = formatKey(key);
    const fresh = this.#fresh.get(text);
    if (fresh && (event.type === 'deleted' || !isNewer(fresh, event.object))) this.#fresh.delete(text);
    if (event.type === 'deleted') {
      this.#running.get(text)?.abort(new Superseded('deletion'));
      this.#options.metrics.deleted(this.#options.resource.kind, key);
    }
    const reason = event.type === 'updated' ? whyReconcile(event.old, event.object) : event.type;
    if (reason) this.enqueue(key, event.type === 'updated' ? { supersede: reason, priority: 1 } : {});
    this.#options.onChange?.(event);
  }

  async #work(text: string, life: Life): Promise<void> {
    const { name, metrics, resource } = this.#options;
    const key = parseKey(text);
    const began = performance.now();
    this.#slots.take();
    metrics.started(name);
    const superseded = new AbortController();
    this.#running.set(text, superseded);
    let outcome: Outcome = 'success';
    try {
      outcome = await this.#attempt(key, { ...life, superseded: superseded.signal });
    } finally {
      this.#running.delete(text);
      this.#queue.done(text);
      this.#slots.release();
      const seconds = (performance.now() - began) / 1000;
      metrics.finished(name, outcome, seconds);
      // Of what is gone the series have ended already.
      if (this.#reflector.store.get(key)) metrics.duration(resource.kind, key, seconds);
    }
  }

  async #attempt(key: NamespacedName, signals: Life & { superseded: AbortSignal }): Promise<Outcome> {
    const stored = this.get(key);
    const text = formatKey(key);
    if (!stored) {
      this.#queue.forget(text);
      return 'success';
    }
    const { client, resource, fieldManager, redact } = this.#options;
    const { group, kind } = this.#options.resource;
    const log = this.#options.log.child(
      reconcileFields({ controller: kind.toLowerCase(), group, kind, ...key, reconcileID: randomUUID() }),
    );
    const session = new StatusSession<T>({ client, resource, object: stored, fieldManager, redact });
    try {
      const result = await this.#dispatch({ key, log, session, ...signals });
      this.#queue.forget(text);
      if (result.requeueAfterMs === undefined) return 'success';
      // What an attempt before this one wanted to be tried again is done.
      this.#queue.addAfter(text, result.requeueAfterMs, { replace: true });
      return 'requeue_after';
    } catch (error) {
      return this.#failed(key, error, { log, ...signals });
    } finally {
      this.#fresh.set(text, session.written);
      const current = this.#reflector.store.get(key);
      if (!current || !isNewer(session.written, current)) this.#fresh.delete(text);
    }
  }

  async #dispatch(run: {
    key: NamespacedName;
    log: Logger;
    session: StatusSession<T>;
    signal: AbortSignal;
    superseded: AbortSignal;
    stopping: AbortSignal;
  }): Promise<Result> {
    const { key, log, session, signal, superseded } = run;
    const { object } = session;
    const slow = showWhenSlow(() =>
      session.patch(signal).catch((error: unknown) => log.error(error, 'failed to show the progress')),
    );
    const context: Context<T> = {
      key,
      log,
      object,
      signal,
      superseded,
      stopping: run.stopping,
      patch: () => session.patch(signal),
      progress: () => slow.progress(),
      event: (event) => this.#options.event(object, event),
      waiting: (work) => this.#slots.without(work),
      calling: (work) => this.#slots.without(work, soonMs),
    };
    const { finalizer = usualFinalizer } = this.#options;
    const finalizers = object.metadata.finalizers ?? [];
    if (this.#options.isStatic?.(object)) {
      await this.#release(context, session);
      return {};
    }
    if (object.metadata.deletionTimestamp) {
      if (!finalizers.includes(finalizer)) return {};
      slow.start();
      try {
        await this.#options.reconciler.finalize(context);
      } finally {
        slow.stop();
      }
      await session.setFinalizers(
        finalizers.filter((name) => name !== finalizer),
        signal,
      );
      return {};
    }
    if (!finalizers.includes(finalizer)) await session.setFinalizers([...finalizers, finalizer], signal);
    if (object.spec.suspend) {
      log.info('reconciliation is suspended for this object');
      return {};
    }
    slow.start();
    try {
      return await this.#options.reconciler.reconcile(context);
    } finally {
      slow.stop();
      const request = requestedAt(object);
      if (request !== undefined) {
        object.status = Object.assign(object.status ?? {}, { lastHandledReconcileAt: request });
      }
      if (!signal.aborted) await session.patch();
    }
  }

  /** Leaves a static object as a user made it. One that is suspended is left alone until it is deleted. */
  async #release(context: Context<T>, session: StatusSession<T>): Promise<void> {
    const { object, signal } = context;
    const { finalizer = usualFinalizer } = this.#options;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const { observedGeneration = 0, ...status } = object.status ?? {};
    const isClean = !finalizers.includes(finalizer) && observedGeneration <= 0 && isEmpty(status);
    if (isClean || (object.spec.suspend && !deletionTimestamp)) return;
    await this.#options.reconciler.finalize(context);
    if (!deletionTimestamp) {
      object.status = {};
      await session.patch(signal);
    }
    if (finalizers.includes(finalizer)) {
      await session.setFinalizers(
        finalizers.filter((name) => name !== finalizer),
        signal,
      );
    }
  }

  #failed(key: NamespacedName, error: unknown, { log, signal, stopping }: Life & { log: Logger }): Outcome {
    const text = formatKey(key);
    if ((signal.aborted || stopping.aborted) && isAbort(error)) return 'requeue_after';
    if (error instanceof KubeError && error.notFound && !this.#reflector.store.get(key)) return 'success';
    if (error instanceof KubeError && error.conflict) {
      this.#queue.addAfter(text, 50);
      return 'requeue_after';
    }
    log.error(error, 'Reconciler error');
    if (!(error instanceof FluxError)) this.#options.metrics.panicked(this.#options.name);
    if (error instanceof FluxError && error.terminal) {
      this.#queue.forget(text);
      return 'terminal_error';
    }
    if (error instanceof FluxError && error.retryAfterMs !== undefined) {
      this.#queue.addAfter(text, error.retryAfterMs);
    } else {
      this.#queue.addRateLimited(text);
    }
    log.debug('will be retried', { error: errorText(error) });
    return 'error';
  }
}

/** Which change of an object asks for a reconcile: its spec, a request, deletion; never its own status. */
function whyReconcile(old: FluxObject, object: FluxObject): string | undefined {
  if (object.metadata.generation !== old.metadata.generation) return 'a change of its spec';
  if (requestedAt(object) !== requestedAt(old)) return 'a reconcile request';
  if (object.metadata.deletionTimestamp !== old.metadata.deletionTimestamp) return 'its deletion';
  return undefined;
}

/** Resource versions of one kind are ordered numbers (guaranteed since Kubernetes 1.35, true long before). */
function isNewer(a: FluxObject, b: FluxObject): boolean {
  return BigInt(a.metadata.resourceVersion ?? 0) > BigInt(b.metadata.resourceVersion ?? 0);
}
