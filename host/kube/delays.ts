import { createHeap } from './heap.ts';

/** Keys that come due later; one timer for all of them. */
export interface Delays {
  readonly size: number;
  /** Due in `ms`; the earliest of several times for one key wins, unless `replace` takes back those before. */
  add(key: string, ms: number, options?: { replace?: boolean }): void;
  clear(): void;
}

interface Entry {
  readonly key: string;
  readonly dueAt: number;
}

/** The longest time that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** So many superseded entries are tolerated before they are thrown out. */
const slack = 1_000;

export function createDelays(onDue: (key: string) => void): Delays {
  const heap = createHeap<Entry>((a, b) => a.dueAt < b.dueAt);
  // An entry of the heap counts only while it is the one in here: a superseded one stays in the heap until its time.
  const current = new Map<string, Entry>();
  let timer: { readonly handle: NodeJS.Timeout; readonly dueAt: number } | undefined;

  function arm(): void {
    let next = heap.peek();
    // No timer for what is superseded: it would keep the process alive for nothing.
    for (; next && current.get(next.key) !== next; next = heap.peek()) heap.pop();
    if (!next || (timer && timer.dueAt <= next.dueAt)) return;
    if (timer) clearTimeout(timer.handle);
    const ms = Math.min(Math.max(0, next.dueAt - performance.now()), maxTimerMs);
    timer = { handle: setTimeout(fire, ms), dueAt: next.dueAt };
  }

  function compact(): void {
    while (heap.pop());
    for (const entry of current.values()) heap.push(entry);
  }

  function fire(): void {
    timer = undefined;
    const now = performance.now();
    for (let next = heap.peek(); next && next.dueAt <= now; next = heap.peek()) {
      heap.pop();
      if (current.get(next.key) !== next) continue;
      current.delete(next.key);
      onDue(next.key);
    }
    arm();
  }

  return {
    get size() {
      return current.size;
    },
    add(key, ms, { replace = false } = {}) {
      const entry = { key, dueAt: performance.now() + ms };
      const known = current.get(key);
      if (!replace && known && known.dueAt <= entry.dueAt) return;
      current.set(key, entry);
      heap.push(entry);
      if (heap.size > 2 * current.size + slack) compact();
      arm();
    },
    clear() {
      if (timer) clearTimeout(timer.handle);
      timer = undefined;
      current.clear();
      while (heap.pop());
    },
  };
}
