import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { refOfEntry } from '../../apply/inventory.ts';
import type { InventoryEntry } from '../../apply/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import type { Context } from '../types.ts';
import { changeLog, eventAnnotations } from './events.ts';
import { identityOf } from './identity.ts';
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
  const owner = ownerOf(key);
  if (entries.length > 0 && deletesObjects(object)) {
    const result = await options.applier.prune({
      ...identityOf(object, options),
      owner,
      entries,
      signal,
    });
    const report = (type: 'Normal' | 'Warning', message: string) =>
      context.event({
        type,
        reason: type === 'Normal' ? 'ReconciliationSucceeded' : 'PruneFailed',
        message,
        annotations: eventAnnotations(
          object.status?.lastAppliedRevision,
          object.status?.lastAppliedOriginRevision,
        ),
      });
    if (result.failed.length > 0) {
      const why = result.failed.map(({ error }) => errorText(error)).join('\n');
      report('Warning', `pruning for deleted resource failed: ${why}`);
      throw new FluxError('FLUX_E_PRUNE', why, { reason: 'PruneFailed' });
    }
    const changes = changeLog(result.changes);
    if (changes) report('Normal', changes);
    if (object.spec.deletionPolicy === 'WaitForTermination') {
      await waitForTermination(options, context, entries, report);
    }
  }
  options.applier.forget(owner);
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
  report: (type: 'Warning', message: string) => void,
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
    report('Warning', `failed to wait for resources termination: ${errorText(error)}`);
  }
}
