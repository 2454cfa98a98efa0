import { HelmRelease } from '@flux-host/crds/index.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { isKept } from '@flux-host/host/helm/actions/objects.ts';
import { objectsOf } from '@flux-host/host/helm/manifest.ts';
import { createStorage } from '@flux-host/host/helm/storage.ts';
import { formatRef } from '@flux-host/host/kube/object.ts';
import type { ObjectRef } from '@flux-host/host/kube/types.ts';
import { latest } from '@flux-host/host/reconcile/helm-release/history.ts';
import { releaseNameOf, storageNamespaceOf } from '@flux-host/host/reconcile/helm-release/settings.ts';
import { asHelmRelease } from '../../../releases/file.ts';
import { findObject } from '../../../releases/future.ts';
import { present } from '../release/objects.ts';
import { releaseSection } from '../release/section.ts';
import type { Expandable, Expander, Expansion, ExpansionContext } from './expanders.ts';
import type { Change } from './types.ts';

const elsewhere = 'it applies to another cluster, which is not compared';

/** HelmReleases: what an upgrade that comes of the checkout would change. */
export const releases: Expander = {
  kind: `${HelmRelease.kind}.${HelmRelease.group}`,
  expand,
  remove,
};

async function expand(
  { ref, action, object }: Expandable,
  { client, bench }: ExpansionContext,
): Promise<Expansion | undefined> {
  if (action === 'skipped') return undefined;
  const { signal, resolver } = bench;
  try {
    const release = object
      ? asHelmRelease(object, formatRef(ref))
      : await findObject<HelmRelease>(client, HelmRelease, { key: ref, signal });
    if (!release) return undefined;
    const isConcerned = action !== 'unchanged' || (await resolver.isConcerned(release, signal));
    if (!isConcerned) return undefined;
    if (release.spec.kubeConfig) return notRendered(ref, elsewhere);
    return await releaseSection(release, { bench, client, isForced: false, withDrift: false });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof FluxError)) throw error;
    return notRendered(ref, `not rendered: ${error.text}`);
  }
}

/** A release that cannot be rendered is no reason not to tell of all else. */
function notRendered(ref: ObjectRef, note: string): Expansion {
  return { changes: [{ ref, action: 'skipped', note }], failures: [], objects: [] };
}

async function remove(
  ref: ObjectRef,
  { client, bench: { signal } }: ExpansionContext,
): Promise<Expansion | undefined> {
  const release = await findObject<HelmRelease>(client, HelmRelease, { key: ref, signal });
  if (!release) return undefined;
  if (release.spec.suspend) return { changes: [], failures: [], objects: [] };
  if (release.spec.kubeConfig) return notRendered(ref, elsewhere);
  const storage = createStorage({
    client,
    namespace: release.status?.storageNamespace ?? storageNamespaceOf(release),
    name: latest(release)?.name ?? releaseNameOf(release),
    signal,
  });
  const last = await storage.last();
  if (!last || last.info.status === 'uninstalled') return undefined;
  const objects = await objectsOf(last.manifest, { client, namespace: last.namespace, signal });
  const gone = await present(
    objects.filter((each) => !isKept(each)),
    { client, signal },
  );
  const changes = gone.map((each): Change => ({ ref: each, action: 'deleted' }));
  return { changes, failures: [], note: 'deleted itself: it is uninstalled', objects: [] };
}
