import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { formatDuration } from '../../duration/duration.ts';
import { errorText } from '../../errors/text.ts';
import { crdsToApply } from '../../helm/actions/crds.ts';
import { install } from '../../helm/actions/install.ts';
import type { RenderedRelease } from '../../helm/actions/rendered.ts';
import { rollback } from '../../helm/actions/rollback.ts';
import { runTests } from '../../helm/actions/test.ts';
import { uninstall } from '../../helm/actions/uninstall.ts';
import { upgrade } from '../../helm/actions/upgrade.ts';
import type { Release } from '../../helm/types.ts';
import { deleteCondition, setCondition } from '../conditions.ts';
import { Superseded } from '../controller.ts';
import { actionContext } from './action-context.ts';
import { missingTarget, retriable } from './errors.ts';
import { type EventFacts, emit, factsOf, withLog } from './events.ts';
import {
  chartName,
  fullName,
  isTested,
  latest,
  previous,
  remember,
  type Snapshot,
  type SnapshotAction,
  snapshotOf,
  testHooksOf,
} from './history.ts';
import { inventoryOfRelease } from './inventory.ts';
import { rendered } from './render.ts';
import type { Run } from './run.ts';
import {
  activeRemediation,
  crdsPolicy,
  installSettings,
  maxHistoryOf,
  remediationOf,
  retryOf,
  rollbackSettings,
  testSettings,
  uninstallSettings,
  upgradeSettings,
} from './settings.ts';
import { summarise } from './summary.ts';

/**
 * Installs or upgrades, and says in conditions and an event how it went.
 * @throws what went wrong before there was a record of it
 */
export async function performRelease(run: Run, action: 'install' | 'upgrade'): Promise<void> {
  const { context, chart, written } = run;
  const { object } = context;
  const began = performance.now();
  object.status = { ...object.status, lastAttemptedReleaseAction: action };
  if (action === 'install') object.status.history = [];
  deleteCondition(object, 'TestSuccess');
  deleteCondition(object, 'Remediated');
  let failure: unknown;
  try {
    await release(run, action);
  } catch (error) {
    context.signal.throwIfAborted();
    failure = error;
  }
  object.status.lastAttemptedReleaseActionDuration = formatDuration(Math.round(performance.now() - began));
  const add = chart.ociDigest ? { ociDigest: chart.ociDigest } : {};
  await rememberNewest(run, action, add);
  const facts: EventFacts = {
    revision: chart.metadata.version,
    token: run.configDigest,
    appVersion: chart.metadata.appVersion,
    ociDigest: chart.ociDigest,
  };
  // Another chart or spec is there already: this one need not be mended.
  if (failure instanceof Superseded) throw failure;
  if (failure) {
    failed(run, {
      type: 'Released',
      reason: action === 'install' ? 'InstallFailed' : 'UpgradeFailed',
      facts,
      message: `Helm ${action} failed for release ${run.namespace}/${run.name} with chart ${chart.metadata.name}@${chart.metadata.version}: ${errorText(failure).trim()}`,
    });
    summarise(object);
    if (written.size === 0) throw retriable(failure);
    countFailure(object, action);
    return;
  }
  const current = latest(object);
  if (!current) throw new Error('the release was not recorded');
  succeeded(run, {
    type: 'Released',
    reason: action === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded',
    facts: factsOf(current),
    message: `Helm ${action} succeeded for release ${fullName(current)} with chart ${chartName(current)}`,
  });
  if (object.spec.test?.enable && !isTested(current)) {
    setCondition(object, {
      type: 'TestSuccess',
      status: 'Unknown',
      reason: 'AwaitingTests',
      message: `Helm release ${fullName(current)} with chart ${chartName(current)} is awaiting tests`,
    });
  }
  if (retryOf(object, action, run.options.retriesByDefault) !== undefined) clearFailures(object);
  await showInventory(run);
  summarise(object);
}

async function release(run: Run, action: 'install' | 'upgrade'): Promise<Release> {
  const { object } = run.context;
  const context = actionContext(run, action);
  const settings = action === 'install' ? installSettings(object) : upgradeSettings(object);
  const definitions = await crdsToApply(context, crdsPolicy(object, action), run.chart.inspected.crds);
  const render = (revision: number, before?: Release): Promise<RenderedRelease> =>
    rendered(run, {
      revision,
      isUpgrade: action === 'upgrade',
      timeoutMs: settings.timeoutMs,
      ...(before ? { before } : {}),
    });
  if (action === 'install')
    return install(context, installSettings(object, run.options.helm3Defaults), { render, definitions });
  return upgrade(context, upgradeSettings(object), {
    maxHistory: maxHistoryOf(object),
    definitions,
    render: (before, revision) => render(revision, before),
  });
}

/** The record with the highest number is new; older ones are known. */
async function rememberNewest(run: Run, action: SnapshotAction, add: { ociDigest?: string }): Promise<void> {
  const versions = [...run.written.values()].toSorted((a, b) => a.version - b.version);
  const fresh = versions.pop();
  const { object } = run.context;
  await remember(object, run.engine, versions, {});
  if (fresh) await remember(object, run.engine, [fresh], { action, add });
}

/** Goes back to the last good release. @throws what went wrong before there was a record of it */
export async function performRollback(run: Run): Promise<void> {
  const { object } = run.context;
  const target = previous(object, remediationOf(object, 'upgrade').ignoresTests);
  if (!target) throw missingTarget();
  const text = `${fullName(target)} with chart ${chartName(target)}`;
  const facts = { ...factsOf(target), token: run.configDigest };
  let failure: unknown;
  try {
    await rollback(actionContext(run, 'rollback'), rollbackSettings(object), {
      version: target.version,
      maxHistory: maxHistoryOf(object),
    });
  } catch (error) {
    run.context.signal.throwIfAborted();
    failure = error;
  }
  await remember(object, run.engine, run.written.values(), { action: 'rollback', add: {} });
  if (failure) {
    failed(run, {
      type: 'Remediated',
      reason: 'RollbackFailed',
      facts,
      message: `Helm rollback to previous release ${text} failed: ${errorText(failure).trim()}`,
    });
    summarise(object);
    if (run.written.size === 0) throw failure;
    return;
  }
  setCondition(object, {
    type: 'Remediated',
    status: 'True',
    reason: 'RollbackSucceeded',
    message: `Helm rollback to previous release ${text} succeeded`,
  });
  emit(
    run.context,
    {
      type: 'Normal',
      reason: 'RollbackSucceeded',
      message: `Helm rollback to previous release ${text} succeeded`,
    },
    facts,
  );
  await showInventory(run);
  summarise(object);
}

/** Removes a release that failed. Ready keeps saying why it did. @throws what went wrong before there was a record of it */
export async function performUninstallRemediation(run: Run): Promise<void> {
  const { object } = run.context;
  const current = latest(object) ?? (await unknownRelease(run));
  const text = `${fullName(current)} with chart ${chartName(current)}`;
  let failure: unknown;
  try {
    await uninstall(actionContext(run, 'uninstall'), uninstallSettings(object));
  } catch (error) {
    run.context.signal.throwIfAborted();
    failure = error;
  }
  await remember(object, run.engine, run.written.values(), { action: 'uninstall-remediation' });
  const facts = factsOf(latest(object) ?? current);
  if (failure) {
    failed(run, {
      type: 'Remediated',
      reason: 'UninstallFailed',
      facts,
      message: `Helm uninstall remediation for release ${text} failed: ${errorText(failure).trim()}`,
    });
    if (run.written.size === 0) throw failure;
    return;
  }
  const message = `Helm uninstall remediation for release ${text} succeeded`;
  setCondition(object, { type: 'Remediated', status: 'True', reason: 'UninstallSucceeded', message });
  emit(run.context, { type: 'Normal', reason: 'UninstallSucceeded', message }, facts);
  const { inventory: _, ...status } = object.status ?? {};
  object.status = status;
}

/** What somebody else made, and did not remove to the end. */
async function unknownRelease({ storage, engine }: Run): Promise<Snapshot> {
  const release = await storage.last();
  if (!release) throw new Error('there is no release to uninstall');
  return snapshotOf(engine, release);
}

/** Runs the tests of a release. @throws what went wrong before the tests were through */
export async function performTest(run: Run): Promise<void> {
  const { object } = run.context;
  const filters = object.spec.test?.filters ?? [];
  let failure: unknown;
  try {
    await runTests(actionContext(run, 'test'), testSettings(object), filters);
  } catch (error) {
    run.context.signal.throwIfAborted();
    failure = error;
  }
  await remember(object, run.engine, run.written.values(), {});
  const current = latest(object);
  const tested = current && run.written.get(current.version);
  if (!current) throw failure ?? new Error('there is no release to test');
  if (tested) current.testHooks = testHooksOf(tested, filters);
  const text = `${fullName(current)} with chart ${chartName(current)}`;
  object.status = { ...object.status, history: [current, ...(object.status?.history ?? []).slice(1)] };
  if (failure) {
    failed(run, {
      type: 'TestSuccess',
      reason: 'TestFailed',
      facts: factsOf(current),
      message: `Helm test failed for release ${text}: ${errorText(failure).trim()}`,
    });
    const remediation = activeRemediation(object);
    if (isTested(current) && remediation && !remediation.ignoresTests)
      countFailure(object, remediation.action);
    summarise(object);
    if (!isTested(current)) throw failure;
    return;
  }
  const count = Object.keys(current.testHooks ?? {}).length;
  const hooks =
    count === 0 ? 'no test hooks' : `${count} test hook${count > 1 ? 's' : ''} completed successfully`;
  succeeded(run, {
    type: 'TestSuccess',
    reason: 'TestSucceeded',
    facts: factsOf(current),
    message: `Helm test succeeded for release ${text}: ${hooks}`,
  });
  summarise(object);
}

interface Told {
  readonly type: 'Released' | 'Remediated' | 'TestSuccess';
  readonly reason: string;
  readonly message: string;
  readonly facts: EventFacts;
}

function failed(run: Run, { type, reason, message, facts }: Told): void {
  const { context, written } = run;
  const { object } = context;
  object.status = { ...object.status, failures: (object.status?.failures ?? 0) + 1 };
  setCondition(object, { type, status: 'False', reason, message });
  const text = type === 'TestSuccess' ? message : withLog(message, run);
  emit(context, { type: 'Warning', reason, message: text }, facts);
  // Without a record, the error itself is thrown and logged.
  if (written.size > 0) context.log.error(new Error(message), reason);
}

function succeeded({ context }: Run, { type, reason, message, facts }: Told): void {
  setCondition(context.object, { type, status: 'True', reason, message });
  emit(context, { type: 'Normal', reason, message }, facts);
  context.log.info(message);
}

function countFailure(object: HelmRelease, action: 'install' | 'upgrade'): void {
  const field = action === 'install' ? 'installFailures' : 'upgradeFailures';
  object.status = { ...object.status, [field]: (object.status?.[field] ?? 0) + 1 };
}

export function clearFailures(object: HelmRelease): void {
  const { failures: _, installFailures: __, upgradeFailures: ___, ...status } = object.status ?? {};
  object.status = status;
}

async function showInventory(run: Run): Promise<void> {
  const { object } = run.context;
  const current = latest(object);
  const release = current && run.written.get(current.version);
  if (release) object.status = { ...object.status, inventory: await inventoryOfRelease(run, release) };
}
