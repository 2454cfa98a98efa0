import { ApplyError } from '../../apply/errors.ts';
import type { Change } from '../../apply/types.ts';
import { errorText } from '../../errors/text.ts';
import type { KubeObject } from '../../kube/types.ts';
import { objectsOf } from '../manifest.ts';
import type { Release } from '../types.ts';
import type { ActionContext, ReplaceSettings } from './context.ts';
import { type HookEvent, runHooks } from './hooks.ts';
import { leftovers } from './leftovers.ts';
import { applyRelease, deleteObjects, removed, waitReady } from './objects.ts';

/** An upgrade or a rollback, from the record of the new release on. */
export interface Replacement {
  readonly before: Release;
  readonly release: Release;
  readonly events: readonly [pre: HookEvent, post: HookEvent];
  readonly settings: ReplaceSettings;
  readonly maxHistory: number;
  /** Description of the release when all went well, and when not. */
  readonly done: string;
  failed(why: string): string;
}

/** Puts the objects of one release in place of those of another. @throws whatever went wrong, once it is recorded */
export async function replace(context: ActionContext, run: Replacement): Promise<void> {
  const { before, release, settings } = run;
  const { storage, signal } = context;
  const [old, objects] = await Promise.all([
    objectsOf(before.manifest, context),
    objectsOf(release.manifest, context),
  ]);
  await storage.create(release, run.maxHistory);
  let changes: readonly Change[] = [];
  try {
    await runHooks(context, { release, event: run.events[0], settings });
    const applied = await applyRelease(context, release, { objects, before: old, force: settings.force });
    changes = applied.changes;
    const known = { releases: [before, release], objects: [...old, ...objects] };
    await deleteObjects(context, [...removed(old, objects), ...(await leftovers(context, known))]);
    await waitReady(context, settings, { objects, live: applied.live });
    await runHooks(context, { release, event: run.events[1], settings });
  } catch (error) {
    signal.throwIfAborted();
    release.info = { ...release.info, status: 'failed', description: run.failed(errorText(error)) };
    await storage.update(release);
    if (error instanceof ApplyError) changes = error.changes;
    if (settings.cleanupOnFail) await deleteObjects(context, created(changes, objects));
    throw error;
  }
  await supersede(context, release);
  release.info = { ...release.info, status: 'deployed', description: run.done };
  await storage.update(release);
}

/** Objects that were not there before. */
function created(changes: readonly Change[], objects: readonly KubeObject[]): KubeObject[] {
  const names = new Set(
    changes
      .filter(({ action }) => action === 'created')
      .map(({ object: { kind, namespace, name } }) => `${kind}/${namespace}/${name}`),
  );
  return objects.filter(({ kind, metadata }) =>
    names.has(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`),
  );
}

/** At most one release is deployed. */
async function supersede({ storage }: ActionContext, release: Release): Promise<void> {
  for (const each of await storage.current()) {
    if (each.version === release.version || each.info.status !== 'deployed') continue;
    each.info = { ...each.info, status: 'superseded' };
    await storage.update(each);
  }
}
