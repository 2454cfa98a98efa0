import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { pruneFailed } from '../../apply/errors.ts';
import { refOfEntry } from '../../apply/inventory.ts';
import type { InventoryEntry, PruneResult } from '../../apply/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import { serviceAccounts } from '../../kube/core.ts';
import { isKube } from '../../kube/errors.ts';
import { formatRef } from '../../kube/object.ts';
import { getCondition, setCondition } from '../conditions.ts';
import { inTargetCluster } from '../target-cluster.ts';
import type { Context } from '../types.ts';
import { collectionLog, eventAnnotations } from './events.ts';
import { accountOf, identityOf } from './identity.ts';
import type { KustomizationOptions } from './options.ts';
import { ownerOf } from './owner.ts';
import { timeoutOf } from './timing.ts';

/** Deletes what the Kustomization applied, if its deletion policy says so, before the object itself goes. */
export async function finalize(
  options: KustomizationOptions,
  context: Context<Kustomization>,
): Promise<void> {
  const { object, key, signal } = context;
  const entries = object.status?.inventory?.entries ?? [];
  if (entries.length > 0 && deletesObjects(object)) {
    try {
      await inTargetCluster({ options, context, reason: 'ReconciliationFailed' }, (target) =>
        deleteObjects(target.options, target.context, entries),
      );
    } catch (error) {
      if (signal.aborted) throw error;
      await showFailure(context, error);
      throw error;
    }
  }
  options.applier.forget(key);
  options.remote.forget(key);
}

async function deleteObjects(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  entries: readonly InventoryEntry[],
): Promise<void> {
  const { object, key, signal } = context;
  const identity = identityOf(object, options);
  const result = await options.applier.prune({ ...identity, owner: ownerOf(key), entries, signal });
  if (result.failed.length > 0) {
    if (await isAccountGone(options, context)) return giveUp(context, result.failed);
    throw pruneFailed(result.failed.map(({ error }) => error));
  }
  report(context, 'Normal', collectionLog(result.changes));
  if (object.spec.deletionPolicy === 'WaitForTermination') {
    await waitForTermination(options, context, entries);
  }
}

/** Looked for where it is used: the accounts of another cluster are its own. */
async function isAccountGone(
  { client, defaultServiceAccount }: KustomizationOptions,
  { object, signal }: Context<Kustomization>,
): Promise<boolean> {
  const account = accountOf(object, defaultServiceAccount);
  if (!account.name) return false;
  try {
    await client.getMetadata(serviceAccounts, account, { signal });
    return false;
  } catch (error) {
    return isKube(error, 'notFound');
  }
}

/** An account that was deleted first must not keep its whole namespace from going, as in Flux. */
function giveUp(context: Context<Kustomization>, failed: PruneResult['failed']): void {
  const objects = failed.map(({ entry }) => formatRef(refOfEntry(entry))).join('\n');
  const message = `unable to prune objects: \n${objects}`;
  context.log.error(new Error('skipping pruning, failed to find account to impersonate'), message);
  report(context, 'Warning', message);
}

/** Says in the status too why the object is still there. */
async function showFailure(context: Context<Kustomization>, error: unknown): Promise<void> {
  const { object } = context;
  const message = `pruning for deleted resource failed: ${errorText(error)}`;
  const reason = (error instanceof FluxError && error.reason) || 'PruneFailed';
  const isNews = getCondition(object, 'Ready')?.message !== message;
  setCondition(object, { type: 'Ready', status: 'False', reason, message });
  if (isNews) report(context, 'Warning', message);
  await context.patch();
}

function report(
  { object, event }: Context<Kustomization>,
  type: 'Normal' | 'Warning',
  message: string,
): void {
  const { lastAppliedRevision, lastAppliedOriginRevision } = object.status ?? {};
  event({
    type,
    // As in Flux: that of the Ready condition, else the severity.
    reason: getCondition(object, 'Ready')?.reason ?? (type === 'Normal' ? 'info' : 'error'),
    message,
    annotations: eventAnnotations(lastAppliedRevision, lastAppliedOriginRevision),
  });
}

function deletesObjects({ spec }: Kustomization): boolean {
  if (spec.suspend) return false;
  switch (spec.deletionPolicy ?? 'MirrorPrune') {
    case 'MirrorPrune':
      return spec.prune;
    case 'Delete':
    case 'WaitForTermination':
      return true;
    default:
      return false;
  }
}

/** A timeout is reported and does not keep the object from going, as in Flux. */
async function waitForTermination(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  entries: readonly InventoryEntry[],
): Promise<void> {
  const { signal, object, log } = context;
  try {
    await context.waiting(() =>
      options.applier.waitGone({
        ...identityOf(object, options),
        objects: entries.map(refOfEntry),
        timeoutMs: timeoutOf(object),
        signal,
      }),
    );
  } catch (error) {
    if (isAbort(error) && signal.aborted) throw error;
    log.error(error, 'failed to wait for resources termination');
    report(context, 'Warning', `failed to wait for resources termination: ${errorText(error)}`);
  }
}
