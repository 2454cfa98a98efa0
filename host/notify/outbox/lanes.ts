import { createHeap } from '../../kube/heap.ts';

/** One delivery that waits for its turn. */
export interface Waiting {
  readonly id: string;
  /** Position in the order of acceptance. */
  readonly order: number;
  /** Deliveries of one lane follow each other: those about one object. */
  readonly lane: string;
  attempts: number;
}

/** Deliveries to one provider: in order within a lane, and across lanes as far as none of them is held up. */
export interface LaneQueue {
  readonly size: number;
  add(item: Waiting): void;
  /** The oldest delivery whose lane is free; the lane is taken until {@link done} or {@link retry}. */
  take(): Waiting | undefined;
  /** The delivery is over; its lane goes on. */
  done(item: Waiting): void;
  /** The delivery is tried again at a time of `performance.now()`; until then its lane waits, and the others do not. */
  retry(item: Waiting, at: number): void;
  /** When the next lane that waits may go on. */
  readonly nextAt: number | undefined;
  /** Ends all waits. */
  hurry(): void;
  /** Takes the oldest delivery that is not under way out of the queue. */
  dropOldest(): Waiting | undefined;
}

interface Lane {
  readonly items: Waiting[];
  /** Its first delivery is under way. */
  taken: boolean;
  at: number;
}

export function createLaneQueue(now: () => number = () => performance.now()): LaneQueue {
  const lanes = new Map<string, Lane>();
  /** In the order of acceptance. */
  const items = new Map<Waiting, Lane>();
  const head = (lane: Lane): number => lane.items[0]?.order ?? Number.POSITIVE_INFINITY;
  // A lane may stand in here more often than once, and with an order that it no longer has: what is taken out is checked.
  const ready = createHeap<{ lane: Lane; order: number }>((a, b) => a.order < b.order);
  const waiting = createHeap<{ lane: Lane; at: number }>((a, b) => a.at < b.at);

  const schedule = (lane: Lane): void => {
    if (lane.items.length === 0 || lane.taken) return;
    if (lane.at > now()) waiting.push({ lane, at: lane.at });
    else ready.push({ lane, order: head(lane) });
  };
  const release = (time: number): void => {
    for (let next = waiting.peek(); next && next.at <= time; next = waiting.peek()) {
      waiting.pop();
      if (next.lane.at <= time) schedule(next.lane);
    }
  };
  const remove = (item: Waiting, lane: Lane): void => {
    lane.items.splice(lane.items.indexOf(item), 1);
    items.delete(item);
    if (lane.items.length === 0 && !lane.taken) lanes.delete(item.lane);
  };

  return {
    get size() {
      return items.size;
    },
    get nextAt() {
      return waiting.peek()?.at;
    },
    add(item) {
      const lane = lanes.get(item.lane) ?? { items: [], taken: false, at: 0 };
      lanes.set(item.lane, lane);
      lane.items.push(item);
      items.set(item, lane);
      if (lane.items.length === 1) schedule(lane);
    },
    take() {
      release(now());
      for (let next = ready.pop(); next; next = ready.pop()) {
        const { lane, order } = next;
        const [item] = lane.items;
        if (lane.taken || !item || item.order !== order || lane.at > now()) continue;
        lane.taken = true;
        return item;
      }
      return undefined;
    },
    done(item) {
      const lane = lanes.get(item.lane);
      if (!lane) return;
      lane.taken = false;
      lane.at = 0;
      remove(item, lane);
      schedule(lane);
    },
    retry(item, at) {
      const lane = lanes.get(item.lane);
      if (!lane) return;
      lane.taken = false;
      lane.at = at;
      schedule(lane);
    },
    hurry() {
      for (const lane of lanes.values()) {
        if (lane.at === 0) continue;
        lane.at = 0;
        schedule(lane);
      }
    },
    dropOldest() {
      for (const [item, lane] of items) {
        if (lane.taken && lane.items[0] === item) continue;
        remove(item, lane);
        schedule(lane);
        return item;
      }
      return undefined;
    },
  };
}
