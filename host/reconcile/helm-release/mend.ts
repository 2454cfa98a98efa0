import { ApplyError } from '../../apply/errors.ts';
import type { Change } from '../../apply/types.ts';
import { errorText } from '../../errors/text.ts';
import { correctDrift } from '../../helm/actions/drift.ts';
import { formatRef } from '../../kube/object.ts';
import { setCondition } from '../conditions.ts';
import { actionContext } from './action-context.ts';
import { emit, factsOf } from './events.ts';
import { fullName, latest, remember } from './history.ts';
import type { Run } from './run.ts';
import { summarise } from './summary.ts';

/** A record that says that something is under way, of which nobody knows any more: what was killed is to be tried again. */
export async function performUnlock(run: Run): Promise<void> {
  const { object } = run.context;
  const release = await run.storage.last();
  if (!release?.info.status.startsWith('pending-')) return;
  const { status } = release.info;
  release.info = {
    ...release.info,
    status: 'failed',
    description: `Release unlocked from stale '${status}' state`,
  };
  await run.storage.update(release);
  await remember(object, run.engine, run.written.values(), {});
  const { metadata } = release.chart;
  const message = `Unlocked Helm release ${release.namespace}/${release.name}.v${release.version} with chart ${metadata.name}@${metadata.version} in ${status} state`;
  setCondition(object, { type: 'Released', status: 'False', reason: 'PendingRelease', message });
  emit(
    run.context,
    { type: 'Normal', reason: 'PendingRelease', message },
    { revision: metadata.version, appVersion: metadata.appVersion },
  );
  summarise(object);
}

/** Puts objects right that others changed. A failure is told, and tried again with the next attempt. */
export async function performCorrection(run: Run): Promise<void> {
  const { context, drift = [] } = run;
  const { object } = context;
  const current = latest(object);
  if (!current) return;
  try {
    const { mode: _, ignore } = object.spec.driftDetection ?? {};
    const { changes } = await correctDrift(actionContext(run, 'correct drift'), drift, ignore);
    const message = `Cluster state of release ${fullName(current)} has been corrected:\n${linesOf(changes)}`;
    emit(context, { type: 'Normal', reason: 'DriftCorrected', message }, factsOf(current));
    context.log.info(message);
  } catch (error) {
    context.signal.throwIfAborted();
    const done =
      error instanceof ApplyError ? error.changes.filter(({ action }) => action !== 'unchanged') : [];
    const [partially, also] =
      done.length > 0 ? ['partially ', `\n\nSuccessful corrections:\n${linesOf(done)}`] : ['', ''];
    const message = `Failed to ${partially}correct cluster state of release ${fullName(current)}:\n${errorText(error)}${also}`;
    emit(context, { type: 'Warning', reason: 'DriftCorrectionFailed', message }, factsOf(current));
    context.log.error(error, message);
  }
}

const linesOf = (changes: readonly Change[]): string =>
  changes.map(({ object, action }) => `${formatRef(object)} ${action}`).join('\n');
