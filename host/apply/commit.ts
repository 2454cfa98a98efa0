import type { KubeObject } from '../kube/types.ts';
import { cleanUp, submit } from './calls.ts';
import { objectRejected } from './errors.ts';
import { observe, type Run, type Settled } from './inspect.ts';
import { recreate } from './recreate.ts';
import type { Action } from './types.ts';
import { mayRecreate, type Ready } from './validate.ts';

/**
 * Applies an object for good.
 * @throws FluxError FLUX_E_APPLY_…
 */
export async function commit(ready: Ready, run: Run): Promise<Settled> {
  const { item } = ready.candidate;
  const release = run.tracker?.hold(item.id);
  try {
    const applied = ready.recreate ? await replace(ready, run) : await write(ready, run);
    observe(run, { item, live: applied, action: 'unchanged' });
    return { item, action: ready.recreate ? 'created' : actionOf(ready, applied) };
  } catch (error) {
    // Nobody knows what became of the object: look at it the next time.
    run.tracker?.forget(item.id);
    throw objectRejected(error, { object: item.desired, step: 'apply' });
  } finally {
    release?.();
  }
}

async function write(ready: Ready, run: Run): Promise<KubeObject> {
  const { candidate, payload } = ready;
  const { item, live } = candidate;
  if (candidate.unclean && live) await cleanUp(item, run.request, live);
  try {
    return await submit(item, run.request, { object: payload, dryRun: false });
  } catch (error) {
    // Without a dry run, or because the object has changed since.
    if (!(await mayRecreate(candidate, run, error))) throw error;
    return await replace(ready, run);
  }
}

async function replace({ candidate, payload }: Ready, run: Run): Promise<KubeObject> {
  const { item } = candidate;
  await recreate(item, run.request);
  return await submit(item, run.request, { object: payload, dryRun: false });
}

/** An apply that changes nothing does not change the resourceVersion. */
function actionOf({ candidate }: Ready, applied: KubeObject): Action {
  const { live, known, unclean } = candidate;
  if (live === null) return 'created';
  if (live && !unclean && live.metadata.resourceVersion === applied.metadata.resourceVersion)
    return 'unchanged';
  if (live && live.metadata.uid !== applied.metadata.uid) return 'created';
  return known?.resourceVersion === applied.metadata.resourceVersion ? 'unchanged' : 'configured';
}
