/** An attempt that is done sooner leaves no trace of its steps in the status: most are, and a write costs more than it tells. */
const quietMs = 2000;

/** Shows the state of an attempt, but only once it takes long. */
export interface Slow {
  start(): void;
  /** The state changed: shown at once when the attempt takes long already, else when it does. */
  progress(): void;
  stop(): void;
}

export function showWhenSlow(show: () => void): Slow {
  let timer: NodeJS.Timeout | undefined;
  let isSlow = false;
  let changed = false;
  return {
    start() {
      timer = setTimeout(() => {
        isSlow = true;
        if (changed) show();
      }, quietMs);
    },
    progress() {
      changed = true;
      if (isSlow) show();
    },
    stop() {
      clearTimeout(timer);
      isSlow = false;
    },
  };
}
