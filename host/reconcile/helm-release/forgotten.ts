import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { helmGroup } from '../../helm/actions/context.ts';
import type { ChartEngine } from '../../helm/charts.ts';
import { parseManifest } from '../../helm/manifest.ts';
import { createStorage } from '../../helm/storage.ts';
import type { Release } from '../../helm/types.ts';
import { isKube } from '../../kube/errors.ts';
import type { KubeClient } from '../../kube/types.ts';
import { historyOf, snapshotOf } from './history.ts';
import { releaseNameOf, storageNamespaceOf } from './settings.ts';

/**
 * Puts the release of an object back into its history when the host ended before it could write it down: what was begun has to be
 * uninstalled, too. Releases of others are left alone. (Flux leaves both behind.)
 */
export async function recallForgotten(
  object: HelmRelease,
  { client, engine, signal }: { client: KubeClient; engine: ChartEngine; signal: AbortSignal },
): Promise<void> {
  if (historyOf(object).length > 0) return;
  const namespace = object.status?.storageNamespace ?? storageNamespaceOf(object);
  const storage = createStorage({ client, namespace, name: releaseNameOf(object), signal });
  try {
    const release = await storage.last();
    if (!release || !isOf(object, release)) return;
    const snapshot = await snapshotOf(engine, release, { action: 'install' });
    object.status = { ...object.status, storageNamespace: namespace, history: [snapshot] };
  } catch (error) {
    // Who may not read records has not written any.
    if (!isKube(error, 'forbidden')) throw error;
  }
}

/** Whether a release says of its objects that they are of this HelmRelease. */
function isOf({ metadata }: HelmRelease, { manifest, hooks = [] }: Release): boolean {
  return [manifest, ...hooks.map((hook) => hook.manifest)]
    .flatMap(parseManifest)
    .some(
      ({ metadata: { labels } }) =>
        labels?.[`${helmGroup}/name`] === metadata.name &&
        labels?.[`${helmGroup}/namespace`] === metadata.namespace,
    );
}
