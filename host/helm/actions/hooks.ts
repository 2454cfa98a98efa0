import { errorText } from '../../errors/text.ts';
import { gvkOf, refOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { hookFailed } from '../errors.ts';
import { objectsOf } from '../manifest.ts';
import { goTime } from '../time.ts';
import type { Hook, Release } from '../types.ts';
import { type ActionContext, type ActionSettings, helmFieldManager } from './context.ts';
import { deleteObjects, namesOf, waitForHook } from './objects.ts';

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'pre-delete'
  | 'post-delete'
  | 'test';

type DeletePolicy = 'before-hook-creation' | 'hook-succeeded' | 'hook-failed';

/** The hooks of an event, by weight and then by name. */
export function hooksFor(release: Release, event: HookEvent): Hook[] {
  return (release.hooks ?? [])
    .filter(({ events }) => events.includes(event))
    .toSorted((a, b) => (a.weight ?? 0) - (b.weight ?? 0) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

/**
 * Runs the hooks of an event one after the other, and writes how each fares into the record of the release.
 * @throws FluxError FLUX_E_HELM_HOOK for the first that fails
 */
export async function runHooks(
  context: ActionContext,
  run: { release: Release; event: HookEvent; settings: ActionSettings; selected?: (hook: Hook) => boolean },
): Promise<void> {
  const { release, event, settings, selected = () => true } = run;
  if (settings.disableHooks && event !== 'test') return;
  const hooks = hooksFor(release, event).filter(selected);
  const done: Hook[] = [];
  for (const hook of hooks) {
    const objects = await objectsOf(hook.manifest, context);
    await clean(context, { hook, objects, policy: 'before-hook-creation' });
    hook.last_run = { started_at: goTime(), phase: 'Running' };
    await context.storage.update(release);
    try {
      context.log(`running ${event} hook ${hook.path}`);
      await create(context, objects, isServerSide(release, event));
      await waitForHook(context, settings, objects);
      end(hook, 'Succeeded');
      done.push(hook);
    } catch (error) {
      context.signal.throwIfAborted();
      end(hook, 'Failed');
      context.log(`hook ${hook.path} failed: ${errorText(error)}`);
      await cleanQuietly(context, { hook, objects, policy: 'hook-failed' });
      for (const each of done) {
        await cleanQuietly(context, {
          hook: each,
          objects: await objectsOf(each.manifest, context),
          policy: 'hook-succeeded',
        });
      }
      throw hookFailed(event, hook.path, error);
    }
  }
  for (const hook of done.toReversed()) {
    await clean(context, {
      hook,
      objects: await objectsOf(hook.manifest, context),
      policy: 'hook-succeeded',
    });
  }
}

function end(hook: Hook, phase: 'Succeeded' | 'Failed'): void {
  hook.last_run = { ...hook.last_run, completed_at: goTime(), phase };
}

/** A hook without a policy is removed before it is made anew. */
function policiesOf({ delete_policies }: Hook): readonly string[] {
  return delete_policies?.length ? delete_policies : ['before-hook-creation'];
}

interface Cleaning {
  readonly hook: Hook;
  readonly objects: readonly KubeObject[];
  readonly policy: DeletePolicy;
}

/** Deletes the objects of a hook that is to be deleted now. Definitions stay: what is made of them would go along. */
async function clean(context: ActionContext, { hook, objects, policy }: Cleaning): Promise<void> {
  if (!policiesOf(hook).includes(policy) || hook.kind === 'CustomResourceDefinition') return;
  await deleteObjects(context, objects);
  context.progress(`waiting for hook ${namesOf(objects.map(refOf))} to be gone`);
  await context.waiting(() =>
    context.applier.waitGone({
      client: context.client,
      identity: context.identity,
      objects: objects.map(refOf),
      timeoutMs: 60_000,
      signal: context.signal,
    }),
  );
}

/** What failed first is what the user has to know. */
async function cleanQuietly(context: ActionContext, cleaning: Cleaning): Promise<void> {
  try {
    await clean(context, cleaning);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log(`cannot remove hook ${cleaning.hook.path}: ${errorText(error)}`);
  }
}

/** Those of a deletion always are, as in Helm. */
function isServerSide({ apply_method }: Release, event: HookEvent): boolean {
  return apply_method === 'ssa' || event === 'pre-delete' || event === 'post-delete';
}

async function create(
  { client, signal }: ActionContext,
  objects: readonly KubeObject[],
  serverSide: boolean,
): Promise<void> {
  for (const object of objects) {
    const resource = await client.resourceFor(gvkOf(object), { signal });
    const options = { fieldManager: helmFieldManager, signal };
    if (serverSide) await client.apply(resource, object, { ...options, force: true });
    else await client.create(resource, object, options);
  }
}
