import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentName } from './binaries.ts';
import { lastLines, runningPid } from './component.ts';
import { componentCrashed, notReady } from './errors.ts';
import type { Layout } from './layout.ts';

/** What {@link waitFor} waits for. */
export interface Condition {
  /** Said when it does not come true, e.g. `the API server is not ready`. */
  readonly otherwise: string;
  /** The component whose log explains it. */
  readonly component: ComponentName;
  /** Components that have to keep running meanwhile. */
  readonly running: readonly ComponentName[];
  readonly timeoutSeconds: number;
  holds(): Promise<boolean>;
}

/**
 * Waits until a condition holds. A check that throws counts as "not yet".
 * @throws FluxError FLUX_E_LOCAL_COMPONENT_CRASHED or FLUX_E_LOCAL_NOT_READY, with the end of the log
 */
export async function waitFor(layout: Layout, condition: Condition): Promise<void> {
  const deadline = Date.now() + condition.timeoutSeconds * 1000;
  while (!(await condition.holds().catch(() => false))) {
    const crashed = condition.running.find((name) => runningPid(layout, name) === undefined);
    if (crashed) throw componentCrashed(crashed, layout.log(crashed), lastLines(layout, crashed));
    if (Date.now() > deadline) {
      const { component, otherwise, timeoutSeconds } = condition;
      throw notReady(otherwise, timeoutSeconds, layout.log(component), lastLines(layout, component));
    }
    await sleep(100);
  }
}
