import { native } from './native.ts';

interface Timer {
  readonly id: number;
  readonly run: () => void;
  /** Of the monotonic clock, ms. */
  due: number;
  readonly repeat: number | null;
}

let timers: Timer[] = [];
let last = 0;

function add(run: () => void, milliseconds: number, repeats: boolean): number {
  const wait = Math.max(Number(milliseconds) || 0, repeats ? 1 : 0);
  last += 1;
  timers.push({ id: last, run, due: native.monotonic() + wait, repeat: repeats ? wait : null });
  return last;
}

function cancel(id: number | undefined): void {
  timers = timers.filter((timer) => timer.id !== id);
}

export function setTimeout<A extends unknown[]>(
  callback: (...values: A) => void,
  milliseconds = 0,
  ...values: A
): number {
  return add(() => callback(...values), milliseconds, false);
}

export function setInterval<A extends unknown[]>(
  callback: (...values: A) => void,
  milliseconds = 0,
  ...values: A
): number {
  return add(() => callback(...values), milliseconds, true);
}

export { cancel as clearInterval, cancel as clearTimeout };

/** Waits for the timer that is due next and runs it; false when there is none. */
export function runNextTimer(): boolean {
  // The one that was set first, of those that are due at the same time.
  const next = timers.reduce<Timer | null>(
    (best, timer) => (best && best.due <= timer.due ? best : timer),
    null,
  );
  if (!next) return false;
  const wait = next.due - native.monotonic();
  if (wait > 0) native.sleep(wait);
  if (next.repeat === null) cancel(next.id);
  else next.due = native.monotonic() + next.repeat;
  next.run();
  return true;
}

/** Timers end with the call that set them. */
export function dropTimers(): void {
  timers = [];
}
