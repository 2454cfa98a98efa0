import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { pruneFailed } from '../../apply/errors.ts';
import { difference } from '../../apply/inventory.ts';
import type { InventoryEntry } from '../../apply/types.ts';
import type { Context } from '../types.ts';
import { collectionLog, eventAnnotations } from './events.ts';
import { identityOf } from './identity.ts';
import type { KustomizationOptions, Run } from './options.ts';
import { ownerOf } from './owner.ts';

/** Deletes what an earlier revision applied and this one does not; what could not be deleted stays in the inventory. */
export async function pruneObjects(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  inventories: { previous: readonly InventoryEntry[]; current: readonly InventoryEntry[] },
): Promise<void> {
  const { object, key, signal, log } = context;
  const stale = difference(inventories.previous, inventories.current);
  if (!object.spec.prune || stale.length === 0) return;
  const result = await options.applier.prune({
    ...identityOf(object, options),
    owner: ownerOf(key),
    entries: stale,
    signal,
  });
  if (result.changes.some(({ action }) => action === 'deleted')) run.changed = true;
  if (result.failed.length === 0) {
    const changes = collectionLog(result.changes);
    log.info(`garbage collection completed: ${changes}`, { revision: run.revision });
    context.event({
      type: 'Normal',
      reason: 'Progressing',
      message: changes,
      annotations: eventAnnotations(run.revision, run.originRevision),
    });
  }
  if (result.failed.length === 0) return;
  const kept = result.failed.map(({ entry }) => entry);
  object.status = { ...object.status, inventory: { entries: [...inventories.current, ...kept] } };
  throw pruneFailed(result.failed.map(({ error }) => error));
}
