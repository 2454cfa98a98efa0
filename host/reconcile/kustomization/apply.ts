import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { ApplyError } from '../../apply/errors.ts';
import { difference, inventoryOf } from '../../apply/inventory.ts';
import type { ApplyResult, InventoryEntry } from '../../apply/types.ts';
import type { BuildResult } from '../../build/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { refOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { masked, withoutSecretsIn } from '../../sops/mask.ts';
import type { Context } from '../types.ts';
import { withCommonMetadata } from './common-metadata.ts';
import { checkDecrypted } from './decryption.ts';
import { changeLog, changeMap, eventAnnotations } from './events.ts';
import { identityOf } from './identity.ts';
import type { KustomizationOptions, Run } from './options.ts';
import { ownerOf } from './owner.ts';

/**
 * Applies the objects. New ones are written into the inventory before the first of them is created, so that a host killed half-way
 * still knows what it has to prune.
 */
export async function applyObjects(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  work: {
    built: Pick<BuildResult, 'objects' | 'digest' | 'secrets'>;
    previous: readonly InventoryEntry[];
  },
): Promise<ApplyResult> {
  const { object, key, signal, log } = context;
  const { objects: all, secrets } = work.built;
  checkDecrypted(all);
  const objects = withCommonMetadata(object, all);
  const before = object.status?.inventory;
  await announceInventory(context, objects, work.previous);
  let result: ApplyResult;
  try {
    result = await options.applier.apply({
      ...identityOf(object, options),
      owner: ownerOf(key),
      objects,
      objectsDigest: `${work.built.digest} ${JSON.stringify(object.spec.commonMetadata)}`,
      force: object.spec.force ?? false,
      ...(object.spec.ignore ? { ignore: object.spec.ignore } : {}),
      inventory: work.previous,
      concurrency: options.concurrentApplies,
      customStageKinds: options.customStageKinds,
      overrideManagers: options.overrideManagers,
      migrateApiVersion: options.migrateApiVersion,
      stageTimeoutMs: run.timeoutMs,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ApplyError) keepCreated(object, before, error);
    const known = withoutSecretsIn(error, secrets);
    const code = known instanceof FluxError ? known.code : 'FLUX_E_APPLY';
    const done = error instanceof ApplyError ? changeLog(error.changes) : '';
    // What was applied before goes along, as in Flux.
    const message = [errorText(known), ...(done ? [done] : [])].join('\n');
    throw new FluxError(code, masked(message, secrets), {
      reason: 'ReconciliationFailed',
      ...(secrets.length === 0 ? { cause: known } : {}),
    });
  }
  object.status = { ...object.status, inventory: { entries: [...result.inventory] } };
  const changes = changeLog(result.changes);
  if (changes) {
    run.changed = true;
    log.info('server-side apply completed', {
      revision: run.revision,
      output: changeMap(result.changes, options.groupChangeLog),
    });
    context.event({
      type: 'Normal',
      reason: 'Progressing',
      message: changes,
      annotations: eventAnnotations(run.revision, run.originRevision),
    });
  }
  return result;
}

async function announceInventory(
  context: Context<Kustomization>,
  objects: readonly KubeObject[],
  previous: readonly InventoryEntry[],
): Promise<void> {
  const known = new Set(previous.map(({ id }) => id));
  const added = inventoryOf(objects.map(refOf)).filter(({ id }) => !known.has(id));
  if (added.length === 0) return;
  context.object.status = { ...context.object.status, inventory: { entries: [...previous, ...added] } };
  await context.patch();
}

/** Of what was announced only that stays which may be there; what the API server refused never was. */
function keepCreated(
  object: Kustomization,
  before: NonNullable<Kustomization['status']>['inventory'],
  { changes, uncertain }: ApplyError,
): void {
  const applied = changes.filter(({ action }) => action === 'created' || action === 'configured');
  const there = inventoryOf([...applied.map((change) => change.object), ...uncertain]);
  const added = difference(there, before?.entries ?? []);
  const { inventory: _announced, ...status } = object.status ?? {};
  const entries = [...(before?.entries ?? []), ...added];
  object.status = {
    ...status,
    ...(added.length > 0 ? { inventory: { entries } } : before && { inventory: before }),
  };
}
