/** Calls that wait, in a queue for each key. The keys take turns: a long queue of one holds nobody else up. */
export interface Turns<T> {
  /** Calls that wait, of all keys. */
  readonly size: number;
  /** Calls of a key that wait. */
  count(key: string): number;
  add(key: string, call: T): void;
  /** Takes back a call that nobody waits for any more. */
  remove(key: string, call: T): void;
  /** The keys with calls; the one whose turn was longest ago comes first. */
  keys(): Iterable<string>;
  /** The oldest call of a key, whose turn this was. */
  take(key: string): T | undefined;
  /** Takes all. */
  drain(): T[];
}

export function createTurns<T>(): Turns<T> {
  const queues = new Map<string, Set<T>>();
  let size = 0;
  const remove = (key: string, call: T) => {
    const queue = queues.get(key);
    if (!queue?.delete(call)) return;
    size -= 1;
    if (queue.size === 0) queues.delete(key);
  };
  return {
    get size() {
      return size;
    },
    count: (key) => queues.get(key)?.size ?? 0,
    add(key, call) {
      const queue = queues.get(key) ?? new Set();
      queues.set(key, queue.add(call));
      size += 1;
    },
    remove,
    keys: () => queues.keys(),
    take(key) {
      const queue = queues.get(key);
      const call = queue?.values().next().value;
      if (!queue || call === undefined) return undefined;
      queues.delete(key);
      queues.set(key, queue);
      remove(key, call);
      return call;
    },
    drain() {
      const calls = [...queues.values()].flatMap((queue) => [...queue]);
      queues.clear();
      size = 0;
      return calls;
    },
  };
}
