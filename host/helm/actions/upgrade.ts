import { objectId } from '../../apply/inventory.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { refOf } from '../../kube/object.ts';
import { objectsOf } from '../manifest.ts';
import { goTime } from '../time.ts';
import { applyMethodOf, isPending, type Release } from '../types.ts';
import { checkRelease } from './check.ts';
import type { ActionContext, ReplaceSettings } from './context.ts';
import { applyCrds } from './crds.ts';
import { checkOwnership } from './objects.ts';
import type { ChartWork } from './rendered.ts';
import { replace } from './replace.ts';

export interface UpgradeSettings extends ReplaceSettings {
  readonly takeOwnership: boolean;
}

/** Upgrades a release, as `helm upgrade` does. `render` is given the release before and the number of the new one. */
export async function upgrade(
  context: ActionContext,
  settings: UpgradeSettings,
  run: ChartWork<[before: Release, revision: number]> & { maxHistory: number },
): Promise<Release> {
  const { name, namespace, storage } = context;
  const history = await storage.current();
  const last = history.at(-1);
  if (!last) throw noDeployed(name);
  if (isPending(last)) {
    throw new FluxError('FLUX_E_HELM_PENDING', 'another operation (install/upgrade/rollback) is in progress');
  }
  const before = replacedBy(history);
  if (!before) throw noDeployed(name);
  const version = last.version + 1;
  const rendered = await run.render(before, version);
  const release: Release = {
    name,
    namespace,
    version,
    info: {
      ...(before.info.first_deployed ? { first_deployed: before.info.first_deployed } : {}),
      last_deployed: goTime(),
      description: 'Preparing upgrade',
      status: 'pending-upgrade',
      ...(rendered.notes ? { notes: rendered.notes } : {}),
    },
    chart: rendered.chart,
    config: rendered.config,
    manifest: rendered.manifest,
    hooks: rendered.hooks,
    apply_method: applyMethodOf(settings.serverSideApply, last),
  };
  await checkRelease(context, release, run.definitions);
  if (!settings.takeOwnership) await checkNew(context, before, release);
  await applyCrds(context, release, run.definitions);
  await replace(context, {
    before,
    release,
    settings,
    events: ['pre-upgrade', 'post-upgrade'],
    maxHistory: run.maxHistory,
    done: 'Upgrade complete',
    failed: (why) => `Upgrade "${name}" failed: ${why}`,
  });
  return release;
}

/** The release that an upgrade takes the place of: the one that is deployed, else the last one. @param history oldest first */
export function replacedBy(history: readonly Release[]): Release | undefined {
  const last = history.at(-1);
  const isUsable = last && ['failed', 'superseded'].includes(last.info.status);
  return history.findLast(({ info }) => info.status === 'deployed') ?? (isUsable ? last : undefined);
}

/** Objects that the release did not have must not belong to anybody else. */
async function checkNew(context: ActionContext, before: Release, release: Release): Promise<void> {
  const [old, objects] = await Promise.all([
    objectsOf(before.manifest, context),
    objectsOf(release.manifest, context),
  ]);
  const known = new Set(old.map((object) => objectId(refOf(object))));
  await checkOwnership(
    context,
    objects.filter((object) => !known.has(objectId(refOf(object)))),
  );
}

function noDeployed(name: string): FluxError {
  return new FluxError('FLUX_E_HELM_STORAGE', `"${name}" has no deployed releases`, {
    hint: 'remove the Secrets of the release (owner=helm) to have it installed anew',
  });
}
