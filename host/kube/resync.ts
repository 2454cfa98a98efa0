import { formatKey, keyOf } from './object.ts';
import { jitter, pause } from './retry.ts';
import type { PartialObject, ReflectorOptions, Store } from './types.ts';

/** A reflector as its audits see it. */
export interface Audited<T extends PartialObject> {
  readonly options: ReflectorOptions<T>;
  readonly scope: { namespace?: string; labelSelector?: string; fieldSelector?: string };
  readonly store: Store<T>;
  /** Called with the key of every change that the watch delivers. */
  readonly listeners: Set<(key: string) => void>;
  readonly signal: AbortSignal;
  readonly afterFirstList: Promise<void>;
  /** How often the watch was interrupted so far. */
  interruptions(): number;
  /** Makes the reflector list everything again. */
  relist(): void;
  report(error: unknown): void;
}

const defaultResyncMs = 10 * 60_000;
const defaultSettleMs = 10_000;
/** When the watch was interrupted meanwhile, the comparison says nothing and is repeated this soon. */
const repeatMs = 30_000;

/** Compares the store with the server now and then, until the signal aborts. */
export function startAudits<T extends PartialObject>(audited: Audited<T>): void {
  const { options, signal } = audited;
  const resyncMs = options.resyncMs ?? defaultResyncMs;
  if (resyncMs <= 0) return;
  const run = async () => {
    await audited.afterFirstList;
    let wait = resyncMs;
    for (;;) {
      await pause(jitter(wait), signal);
      wait = (await audit(audited)) ? resyncMs : Math.min(repeatMs, resyncMs);
    }
  };
  run().catch((error: unknown) => {
    if (!signal.aborted) audited.report(error);
  });
}

/** Returns whether the comparison was conclusive. */
async function audit<T extends PartialObject>(audited: Audited<T>): Promise<boolean> {
  const before = audited.interruptions();
  try {
    const missed = await countMissed(audited);
    if (audited.interruptions() !== before) return false;
    if (missed === 0) return true;
    audited.options.onMissed?.(missed);
    audited.relist();
    return true;
  } catch (error) {
    if (audited.signal.aborted) throw error;
    audited.report(error);
    return false;
  }
}

/**
 * How many objects of the store differ from the server though the watch had time to tell. Objects of which anything was
 * heard since the list was asked for are left out: their events are on the way, in order. The list is a consistent one,
 * so it is never older than the store was at that moment.
 */
async function countMissed<T extends PartialObject>(audited: Audited<T>): Promise<number> {
  const { options, scope, store, listeners, signal } = audited;
  const heardOf = new Set<string>();
  const listener = (key: string) => heardOf.add(key);
  listeners.add(listener);
  try {
    const { items } = await options.client.listMetadata(options.resource, { ...scope, signal });
    const listed = new Map(items.map((item) => [formatKey(keyOf(item)), item.metadata.resourceVersion]));
    await pause(options.settleMs ?? defaultSettleMs, signal);
    for (const object of store.list()) {
      const key = formatKey(keyOf(object));
      if (listed.get(key) === object.metadata.resourceVersion) listed.delete(key);
      else listed.set(key, undefined);
    }
    return [...listed.keys()].filter((key) => !heardOf.has(key)).length;
  } finally {
    listeners.delete(listener);
  }
}
