import { parseManifest } from '@flux-host/host/helm/manifest.ts';
import type { Hook } from '@flux-host/host/helm/types.ts';
import { formatRef, refOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Run } from '@flux-host/host/reconcile/helm-release/run.ts';
import { installSettings, upgradeSettings } from '@flux-host/host/reconcile/helm-release/settings.ts';
import { changesOf } from '../repository/changes.ts';
import type { Change } from '../repository/types.ts';
import type { ReleasePlan } from './plan.ts';

/** An object of a hook, and when it is made. */
interface HookObject {
  readonly object: KubeObject;
  readonly note: string;
}

/** Hooks come and go: they are compared with those of the release before, not with the cluster. */
export function hookChanges({ context: { object } }: Run, plan: ReleasePlan): Change[] {
  const { disableHooks } = plan.action === 'install' ? installSettings(object) : upgradeSettings(object);
  const before = byName(plan.before?.hooks ?? [], plan, disableHooks);
  const after = byName(plan.hooks, plan, disableHooks);
  const changed = [...after].flatMap(([name, { object: to, note }]): Change[] => {
    const ref = refOf(to);
    const from = before.get(name)?.object;
    if (!from) return [{ ref, action: 'created', note }];
    const state = { ref, action: 'configured', desired: to, live: from, applied: to } as const;
    return changesOf(state).map((change) => ({ ...change, note }));
  });
  const gone = [...before].filter(([name]) => !after.has(name));
  return [
    ...changed,
    ...gone.map(([, { object: from, note }]): Change => ({ ref: refOf(from), action: 'deleted', note })),
  ];
}

function byName(
  hooks: readonly Hook[],
  { context: { namespace } }: ReleasePlan,
  disableHooks: boolean,
): Map<string, HookObject> {
  const wanted = hooks.filter(({ events }) => !disableHooks || events.includes('test'));
  return new Map(
    wanted.flatMap(({ manifest, events }) =>
      parseManifest(manifest).map((object) => {
        const metadata = { ...object.metadata, namespace: object.metadata.namespace ?? namespace };
        const placed = { ...object, metadata };
        return [formatRef(refOf(placed)), { object: placed, note: `hook: ${events.join(', ')}` }] as const;
      }),
    ),
  );
}
