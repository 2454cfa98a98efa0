import { Lru } from '../lru.ts';
import type { ObjectReference } from './types.ts';

/** The part of an event that decides what it is the same as. */
export interface Occurrence {
  readonly involvedObject: ObjectReference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** An event in the cluster that stands for several occurrences. */
export interface Posted {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
}

export type Correlated =
  /** Too many events of this object: not to be sent. */
  | { readonly kind: 'drop' }
  /** `existing`: count it up there instead of making a new one. */
  | {
      readonly kind: 'send';
      readonly key: string;
      readonly message: string;
      readonly existing: Posted | undefined;
    };

export interface Correlator {
  correlate(occurrence: Occurrence): Correlated;
  /** Notes what the cluster has for a key; undefined forgets it. */
  posted(key: string, event: Posted | undefined): void;
}

export interface CorrelatorOptions {
  /** Milliseconds of a clock that only goes forward. */
  now?(): number;
}

const CACHE = 4096;
/** Beyond so many different messages of one reason within the interval they are combined into one event. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL_MS = 600_000;
/** Events of one object: so many at once, then one every five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;

/**
 * Keeps a cluster's event list readable with client-go's rules: the same event again counts up, many similar ones are combined, and an
 * object that floods is cut off.
 */
export function createCorrelator({ now = () => performance.now() }: CorrelatorOptions = {}): Correlator {
  const known = new Lru<Posted>(CACHE);
  const similar = new Lru<{ messages: Set<string>; last: number }>(CACHE);
  const buckets = new Lru<{ tokens: number; at: number }>(CACHE);

  /** Whether this message is one too many of its kind. */
  const isFlood = (key: string, message: string): boolean => {
    const time = now();
    const seen = similar.get(key);
    const record =
      seen && time - seen.last <= SIMILAR_INTERVAL_MS ? seen : { messages: new Set<string>(), last: time };
    record.messages.add(message);
    record.last = time;
    similar.set(key, record);
    if (record.messages.size < MAX_SIMILAR) return false;
    const [oldest] = record.messages;
    if (oldest !== undefined) record.messages.delete(oldest);
    return true;
  };

  const takeToken = (key: string): boolean => {
    const time = now();
    const { tokens, at } = buckets.get(key) ?? { tokens: BURST, at: time };
    const filled = Math.min(BURST, tokens + (time - at) / REFILL_MS);
    const allowed = filled >= 1;
    buckets.set(key, { tokens: allowed ? filled - 1 : filled, at: time });
    return allowed;
  };

  return {
    correlate({ involvedObject: object, type, reason, message }) {
      const objectKey = JSON.stringify([
        object.kind,
        object.namespace,
        object.name,
        object.uid,
        object.apiVersion,
      ]);
      const reasonKey = JSON.stringify([objectKey, type, reason]);
      const combined = isFlood(reasonKey, message);
      const key = combined ? reasonKey : JSON.stringify([reasonKey, message]);
      if (!takeToken(objectKey)) return { kind: 'drop' };
      const text = combined ? `(combined from similar events): ${message}` : message;
      return { kind: 'send', key, message: text, existing: known.get(key) };
    },
    posted(key, event) {
      if (event) known.set(key, event);
      else known.delete(key);
    },
  };
}
