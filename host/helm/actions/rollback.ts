import { missingVersion } from '../errors.ts';
import { goTime } from '../time.ts';
import { applyMethodOf, type Release } from '../types.ts';
import type { ActionContext, ReplaceSettings } from './context.ts';
import { replace } from './replace.ts';

/** Makes a new release of what an older one had, as `helm rollback` does. */
export async function rollback(
  context: ActionContext,
  settings: ReplaceSettings,
  { version, maxHistory }: { version: number; maxHistory: number },
): Promise<Release> {
  const { storage, name } = context;
  const [current, target] = await Promise.all([storage.last(), storage.get(version)]);
  if (!current || !target) throw missingVersion(name, version);
  const { first_deployed } = current.info;
  const release: Release = {
    ...target,
    version: current.version + 1,
    info: {
      ...(first_deployed ? { first_deployed } : {}),
      last_deployed: goTime(),
      description: `Rollback to ${version}`,
      status: 'pending-rollback',
      ...(target.info.notes ? { notes: target.info.notes } : {}),
    },
    hooks: (target.hooks ?? []).map((hook) => ({ ...hook })),
    apply_method: applyMethodOf(settings.serverSideApply, target),
  };
  await replace(context, {
    before: current,
    release,
    settings,
    events: ['pre-rollback', 'post-rollback'],
    maxHistory,
    done: `Rollback to ${version}`,
    failed: (why) => `Rollback "${name}" failed: ${why}`,
  });
  return release;
}
