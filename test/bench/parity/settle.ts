import { setTimeout as sleep } from 'node:timers/promises';
import { at, listAt, stringAt } from '@flux-host/host/json.ts';
import { compare, type Snapshot } from './compare.ts';

/** How long nothing may have changed. */
const quietMs = 6000;
/** The same while something is not ready: dependencies are looked at every 30 s, and failures are tried again. */
const patienceMs = 45_000;
const everyMs = 1500;

export interface Settling {
  take(): Promise<Snapshot>;
  /** Has to be the revision of the root Kustomization's last attempt. */
  readonly revision: string;
  readonly timeoutMs: number;
}

/** Waits until a cluster has stayed as it is for a while. @throws Error that says what is still on its way */
export async function settled({ take, revision, timeoutMs }: Settling): Promise<Snapshot> {
  const deadline = performance.now() + timeoutMs;
  let last = await take();
  let since = performance.now();
  for (;;) {
    await sleep(everyMs);
    const now = await take();
    if (compare(last, now).length > 0) since = performance.now();
    last = now;
    const quiet = performance.now() - since;
    const waiting = unsettled(now, revision);
    if (waiting.length === 0 && quiet > (isAllReady(now) ? quietMs : patienceMs)) return now;
    if (performance.now() > deadline) {
      const what = waiting.join(', ') || 'objects that change again and again';
      throw new Error(`not settled after ${timeoutMs / 1000} s: ${what}`);
    }
  }
}

const root = 'Kustomization.kustomize.toolkit.fluxcd.io flux-system/flux-system';

/** Kustomizations and sources that somebody still works on. */
function unsettled(snapshot: Snapshot, revision: string): string[] {
  if (stringAt(snapshot.get(root), 'status', 'lastAttemptedRevision') !== revision) return [root];
  return [...fluxObjects(snapshot)]
    .filter(([, object]) => {
      const status = stringAt(conditionOf(object, 'Ready'), 'status');
      return status === undefined || status === 'Unknown';
    })
    .map(([name]) => name);
}

function isAllReady(snapshot: Snapshot): boolean {
  return [...fluxObjects(snapshot)].every(
    ([, object]) => stringAt(conditionOf(object, 'Ready'), 'status') === 'True',
  );
}

/** What is not ready, and why: nobody wants to compare two failures unknowingly. */
export function notReady(snapshot: Snapshot): string[] {
  return [...fluxObjects(snapshot)].flatMap(([name, object]) => {
    const ready = conditionOf(object, 'Ready');
    if (stringAt(ready, 'status') === 'True') return [];
    const [reason = 'no condition', message] = [stringAt(ready, 'reason'), stringAt(ready, 'message')];
    return [`${name} is not ready: ${reason}${message ? `: ${message}` : ''}`];
  });
}

function* fluxObjects(snapshot: Snapshot): Generator<[string, unknown]> {
  for (const [name, object] of snapshot) {
    const isWorkedOn =
      /^(?:Kustomization|GitRepository|OCIRepository|Bucket)\.[a-z]+\.toolkit\.fluxcd\.io /.test(name);
    if (isWorkedOn && at(object, 'spec', 'suspend') !== true) yield [name, object];
  }
}

function conditionOf(object: unknown, type: string): unknown {
  return listAt(object, 'status', 'conditions').find((condition) => stringAt(condition, 'type') === type);
}
