import { errorText } from '../../errors/text.ts';
import { refOf } from '../../kube/object.ts';
import type { DeleteOptions } from '../../kube/types.ts';
import { objectsOf } from '../manifest.ts';
import { goTime } from '../time.ts';
import type { Release } from '../types.ts';
import type { ActionContext, ActionSettings } from './context.ts';
import { runHooks } from './hooks.ts';
import { leftovers } from './leftovers.ts';
import { deleteObjects, isKept, namesOf } from './objects.ts';

export interface UninstallSettings extends ActionSettings {
  readonly keepHistory: boolean;
  readonly propagation: NonNullable<DeleteOptions['propagationPolicy']>;
}

/**
 * Removes a release, as `helm uninstall` does.
 * @returns its last record, or undefined when there was none
 */
export async function uninstall(
  context: ActionContext,
  settings: UninstallSettings,
): Promise<Release | undefined> {
  const { storage, client, applier, identity, signal } = context;
  // What is deleted on purpose is no drift.
  applier.forget(context.owner);
  const release = await storage.last();
  if (!release) return undefined;
  if (release.info.status === 'uninstalled') {
    if (!settings.keepHistory) await purge(context);
    return release;
  }
  release.info = {
    ...release.info,
    status: 'uninstalling',
    deleted: goTime(),
    description: 'Deletion in progress (or silently failed)',
  };
  await storage.update(release);
  await runHooks(context, { release, event: 'pre-delete', settings });
  const own = await objectsOf(release.manifest, context);
  const objects = [
    ...own.filter((object) => !isKept(object)),
    ...(await leftovers(context, { releases: [release], objects: own })),
  ];
  await deleteObjects(context, objects, settings.propagation);
  if (!settings.disableWait && objects.length > 0) {
    context.progress(`waiting for ${namesOf(objects.map(refOf))} to be gone`);
    await context.waiting(() =>
      applier.waitGone({
        client,
        identity,
        objects: objects.map(refOf),
        timeoutMs: settings.timeoutMs,
        signal,
      }),
    );
  }
  await runHooks(context, { release, event: 'post-delete', settings });
  release.info = { ...release.info, status: 'uninstalled', description: 'Uninstallation complete' };
  await storage.update(release);
  if (!settings.keepHistory) {
    try {
      await purge(context);
    } catch (error) {
      signal.throwIfAborted();
      context.log(`cannot remove the records of the release: ${errorText(error)}`);
    }
  }
  return release;
}

async function purge({ storage }: ActionContext): Promise<void> {
  for (const { version } of await storage.records()) await storage.remove(version);
}
