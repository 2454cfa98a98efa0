import { summarise as summariseDrift } from '../../apply/diff/diff-set.ts';
import type { Drift } from '../../apply/drift/find.ts';
import { deleteCondition, getCondition, isTrue, setCondition } from '../conditions.ts';
import { missingTarget, retriesExceeded } from './errors.ts';
import { emit } from './events.ts';
import { chartName, fullName, latest, newest, previous, truncated } from './history.ts';
import { isForced } from './requests.ts';
import type { Run } from './run.ts';
import { activeRemediation, activeRetry, detectsDrift, ignoresTests, remediationOf } from './settings.ts';
import { type ReleaseState, tamperedWith } from './state.ts';
import { summarise } from './summary.ts';

export type ActionName =
  | 'install'
  | 'upgrade'
  | 'unlock'
  | 'test'
  | 'rollback'
  | 'uninstall'
  | 'correct drift';

/**
 * What to do about a release; nothing when it is as it should be.
 * @throws FluxError, terminal, when everything was tried that may be
 */
export async function nextAction(run: Run, state: ReleaseState): Promise<ActionName | undefined> {
  const { object, log } = run.context;
  const force = isForced(object);
  if (state.is !== 'inSync')
    log.debug('release is not in sync', { state: state.is, ...('why' in state && { why: state.why }) });
  switch (state.is) {
    case 'inSync':
      return inSync(run, force);
    case 'locked':
      return 'unlock';
    case 'halfGone':
      return 'uninstall';
    case 'absent':
      if (remediationOf(object, 'install').isExhausted && !force) throw retriesExceeded(object);
      return 'install';
    case 'unmanaged':
      object.status = { ...object.status, history: [] };
      return 'upgrade';
    case 'outOfSync':
      if (remediationOf(object, 'upgrade').isExhausted && !force) throw retriesExceeded(object);
      return 'upgrade';
    case 'drifted':
      return drifted(run, state.drift);
    case 'untested':
      becameUpgraded(run);
      return 'test';
    case 'failed':
      return afterFailure(run, force);
  }
}

function inSync(run: Run, force: boolean): ActionName | undefined {
  const { object } = run.context;
  const isRetried = activeRetry(object, run.options.retriesByDefault) !== undefined;
  object.status = {
    ...object.status,
    history: isRetried ? newest(object) : truncated(object, ignoresTests(object)),
  };
  if (force) return 'upgrade';
  if (detectsDrift(object)) {
    setCondition(object, {
      type: 'Drifted',
      status: 'False',
      reason: 'NoDriftDetected',
      message: 'No drift detected against the cluster state',
    });
  } else {
    deleteCondition(object, 'Drifted');
  }
  becameUpgraded(run);
  if (isTrue(object, 'Ready') && isTrue(object, 'Released')) return undefined;
  const action = { InstallFailed: 'install', UpgradeFailed: 'upgrade' }[
    getCondition(object, 'Released')?.reason ?? ''
  ];
  if (action) setReleased(run, action);
  return undefined;
}

/** Others changed objects of the release: told in any case, and put right where that is wanted. */
function drifted(run: Run, drift: readonly Drift[]): ActionName | undefined {
  const { object } = run.context;
  const current = latest(object);
  const name = current ? fullName(current) : run.name;
  const message = `Cluster state of release ${name} has drifted from the desired state:\n${summariseDrift(drift)}`;
  const isNews = getCondition(object, 'Drifted')?.message !== message;
  setCondition(object, { type: 'Drifted', status: 'True', reason: 'DriftDetected', message });
  if (isNews) emit(run.context, { type: 'Warning', reason: 'DriftDetected', message });
  run.drift = drift;
  return object.spec.driftDetection?.mode === 'enabled' ? 'correct drift' : undefined;
}

/** What was rolled back to is what is wanted by now. */
function becameUpgraded(run: Run): void {
  const { object } = run.context;
  if (!isTrue(object, 'Remediated')) return;
  deleteCondition(object, 'Remediated');
  setReleased(run, 'upgrade');
}

function setReleased({ context: { object } }: Run, action: string): void {
  const current = latest(object);
  if (!current) return;
  setCondition(object, {
    type: 'Released',
    status: 'True',
    reason: action === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded',
    message: `Helm ${action} succeeded for release ${fullName(current)} with chart ${chartName(current)}`,
  });
  summarise(object);
}

async function afterFailure(run: Run, force: boolean): Promise<ActionName> {
  const { object } = run.context;
  if (activeRetry(object, run.options.retriesByDefault) !== undefined) {
    object.status = { ...object.status, history: newest(object) };
    return 'upgrade';
  }
  const remediation = activeRemediation(object);
  // Without failures, what it failed for has changed since.
  if (!remediation || remediation.failures <= 0 || force) return 'upgrade';
  if (remediation.isExhausted && !remediation.remediatesLast) throw retriesExceeded(object);
  object.status = { ...object.status, history: truncated(object, remediation.ignoresTests) };
  if (remediation.strategy === 'uninstall') return 'uninstall';
  const target = previous(object, remediation.ignoresTests);
  if (!target) throw missingTarget();
  const release = await run.storage.get(target.version);
  // Where the target is not what it was, another upgrade is the best that can be done.
  return !release || (await tamperedWith(run, release, target)) ? 'upgrade' : 'rollback';
}
