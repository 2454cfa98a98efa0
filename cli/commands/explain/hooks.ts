import type { HelmRelease } from '@flux-host/crds/index.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { objectsOf } from '@flux-host/host/helm/manifest.ts';
import { createStorage } from '@flux-host/host/helm/storage.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import type { ObjectRef } from '@flux-host/host/kube/types.ts';
import {
  releaseNameOf,
  releaseNamespaceOf,
  storageNamespaceOf,
} from '@flux-host/host/reconcile/helm-release/settings.ts';
import type { Access } from './look.ts';

/** Hooks that are under way or have failed, as Helm's newest record has them: they are in no inventory. */
export async function openHooks(release: HelmRelease, access: Access): Promise<ObjectRef[]> {
  if (release.spec.kubeConfig) return [];
  const namespace = releaseNamespaceOf(release);
  const storage = createStorage({
    ...access,
    namespace: release.status?.storageNamespace ?? storageNamespaceOf(release),
    name: releaseNameOf(release),
  });
  try {
    const open = ((await storage.last())?.hooks ?? []).filter(({ last_run: { phase } }) =>
      ['Running', 'Failed'].includes(phase),
    );
    const objects = await Promise.all(
      open.map(({ manifest }) => objectsOf(manifest, { ...access, namespace })),
    );
    return objects.flat().map(refOf);
  } catch (error) {
    // Many may not read Secrets.
    if (error instanceof FluxError) return [];
    throw error;
  }
}
