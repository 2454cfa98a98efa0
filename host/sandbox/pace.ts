/** A call that takes longer is not waited for: those behind it get another instance. */
const longCallMs = 1000;
/** A queue that takes longer to work off gets another instance. */
const longQueueMs = 5000;
/** Calls that are shorter, what they wait for the network included, are waited for rather than another instance made: that takes as long. */
const shortCallMs = 25;
/** Weight of the newest call in the mean. */
const weight = 0.2;

/** An instance as far as its pace is concerned. */
export interface Running {
  readonly blocked: boolean;
  /** `performance.now()` at the start of its call. */
  readonly busySince: number;
}

/** How fast the calls of a plugin are, and whether the instances that there are keep up with them. */
export interface Pace {
  /** A call ended. */
  took(key: string, ms: number): void;
  keepsUp(key: string, state: { instances: readonly Running[]; queued: number }): boolean;
}

export function createPace(now: () => number = () => performance.now()): Pace {
  const means = new Map<string, number>();
  return {
    took(key, ms) {
      const mean = means.get(key);
      means.set(key, mean === undefined ? ms : mean + weight * (ms - mean));
      // Keys hold the tenant: forget the oldest rather than grow with every namespace.
      if (means.size > 1000) means.delete(means.keys().next().value ?? key);
    },
    keepsUp(key, { instances, queued }) {
      const mean = means.get(key);
      const whileBlocked = mean !== undefined && mean < shortCallMs ? shortCallMs : 0;
      const soon = instances.some(
        ({ blocked, busySince }) => now() - busySince < (blocked ? whileBlocked : longCallMs),
      );
      return soon && ((mean ?? 0) * queued) / instances.length < longQueueMs;
    },
  };
}
