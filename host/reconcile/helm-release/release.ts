import { formatDuration } from '../../duration/duration.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import { deleteCondition, getCondition, isTrue, markReconciling, setCondition } from '../conditions.ts';
import { Superseded } from '../controller.ts';
import { runningText } from './action-context.ts';
import { retriesExceeded, unknownState } from './errors.ts';
import { performCorrection, performUnlock } from './mend.ts';
import { type ActionName, nextAction } from './next.ts';
import { performRelease, performRollback, performTest, performUninstallRemediation } from './perform.ts';
import type { Run } from './run.ts';
import { activeRemediation, activeRetry, detectsDrift } from './settings.ts';
import { type ReleaseState, stateOf } from './state.ts';
import { summarise } from './summary.ts';

/** How an attempt ended. */
export type Outcome =
  | { readonly is: 'done' }
  /** Something is left to be done, at once or after a while. */
  | { readonly is: 'again'; readonly afterMs?: number };

/** Kinds of actions, each at most once an attempt. */
const kinds: Readonly<Record<ActionName, string>> = {
  install: 'release',
  upgrade: 'release',
  rollback: 'remediate',
  uninstall: 'remediate',
  test: 'test',
  unlock: 'unlock',
  'correct drift': 'drift',
};

/**
 * Takes one action after the other until the release is as it should be, or the same kind of action would come again.
 * @throws FluxError, terminal, when all retries are used up; whatever went wrong before Helm had a record of it
 */
export async function reconcileRelease(run: Run): Promise<Outcome> {
  const { context, options } = run;
  const { object, log } = context;
  const done = new Set<string>();
  if (!detectsDrift(object)) options.applier.forget(context.key);
  const retry = (): number | undefined => activeRetry(object, options.retriesByDefault);
  for (;;) {
    context.signal.throwIfAborted();
    const state = await known(run);
    const action = await nextAction(run, state);
    if (!action) {
      deleteCondition(object, 'Reconciling');
      summarise(object);
      return { is: 'done' };
    }
    if (done.has(kinds[action])) return notAgain(run);
    if (done.size > 0) await context.patch();
    begin(run, action);
    log.info(runningText(run, action).replace(/^R/, 'r'));
    run.written.clear();
    run.actionLog.clear();
    try {
      await perform(run, action);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof Superseded) throw error;
      const afterMs = retry();
      if (afterMs !== undefined) return retryLater(run, afterMs);
      if (isTrue(object, 'Ready')) {
        setCondition(object, {
          type: 'Ready',
          status: 'False',
          reason: 'ReconcileError',
          message: errorText(error),
        });
      }
      throw error;
    }
    if (kinds[action] === 'remediate') {
      const afterMs = retry();
      if (afterMs !== undefined) return retryLater(run, afterMs);
      const remediation = activeRemediation(object);
      const isUninstalled = remediation?.action === 'upgrade' && remediation.strategy === 'uninstall';
      if (!remediation?.isExhausted || isUninstalled) return again(run);
      throw retriesExceeded(object);
    }
    done.add(kinds[action]);
    // What was done has to be remembered; what follows at once is written along with it.
    if (detectsDrift(object)) await context.patch();
  }
}

/** @throws FluxError with reason StateError */
async function known(run: Run): Promise<ReleaseState> {
  try {
    return await stateOf(run);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unknownState(error);
  }
}

/** What would be done next was done already in this attempt. */
function notAgain(run: Run): Outcome {
  const { object } = run.context;
  const afterMs = activeRetry(object, run.options.retriesByDefault);
  if (afterMs !== undefined) return retryLater(run, afterMs);
  if (!activeRemediation(object)?.isExhausted) return again(run);
  deleteCondition(object, 'Reconciling');
  return { is: 'again' };
}

function again({ context: { object } }: Run): Outcome {
  markReconciling(object, 'ProgressingWithRetry', getCondition(object, 'Ready')?.message ?? '');
  return { is: 'again' };
}

function retryLater({ context: { object } }: Run, afterMs: number): Outcome {
  markReconciling(object, 'ProgressingWithRetry', `retrying after ${formatDuration(afterMs)}`);
  return { is: 'again', afterMs };
}

function begin(run: Run, action: ActionName): void {
  const { context } = run;
  const message = runningText(run, action);
  markReconciling(context.object, 'Progressing', message);
  if (kinds[action] === 'release') {
    setCondition(context.object, { type: 'Ready', status: 'Unknown', reason: 'Progressing', message });
  }
  context.progress();
}

async function perform(run: Run, action: ActionName): Promise<void> {
  switch (action) {
    case 'install':
    case 'upgrade':
      return performRelease(run, action);
    case 'rollback':
      return performRollback(run);
    case 'uninstall':
      return performUninstallRemediation(run);
    case 'test':
      return performTest(run);
    case 'unlock':
      return performUnlock(run);
    case 'correct drift':
      return performCorrection(run);
  }
}
