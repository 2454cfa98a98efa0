import { readFile } from 'node:fs/promises';
import { HelmRelease } from '@flux-host/crds/index.ts';
import { isRecord, stringAt } from '@flux-host/host/json.ts';
import type { NamespacedName } from '@flux-host/host/kube/types.ts';
import { documentsIn, typeFaults } from '../build/kustomization-file.ts';
import { releaseFileUnusable, releaseNotInFile } from './errors.ts';

/** Whether an object is one of Flux's HelmReleases, in whatever version. */
export function isHelmReleaseKind(object: unknown): boolean {
  return (
    stringAt(object, 'kind') === HelmRelease.kind &&
    (stringAt(object, 'apiVersion') ?? '').startsWith(`${HelmRelease.group}/`)
  );
}

/**
 * The HelmRelease of a name in a file; one without a namespace fits any.
 * @param shown how the user calls the file
 * @throws FluxError FLUX_E_CLI_HELM_RELEASE_FILE with the line, the field, or what is not there
 */
export async function readHelmRelease(
  file: string,
  key: NamespacedName,
  shown: string,
): Promise<HelmRelease> {
  for (const document of documentsIn(await readFile(file, 'utf8'), shown, releaseFileUnusable)) {
    if (!isHelmReleaseKind(document) || stringAt(document, 'metadata', 'name') !== key.name) continue;
    const namespace = stringAt(document, 'metadata', 'namespace') ?? '';
    if (namespace !== '' && namespace !== key.namespace) continue;
    const release = asHelmRelease(document, shown);
    return { ...release, metadata: { ...release.metadata, namespace: key.namespace } };
  }
  throw releaseNotInFile(shown, key);
}

/**
 * An object as a HelmRelease. Fields that are missing are the API server's to complain about; one that has the wrong type
 * cannot be worked with.
 * @param where for the message, e.g. the name of the file
 */
export function asHelmRelease(object: unknown, where: string): HelmRelease {
  if (isUsable(object)) return object;
  const [fault] = typeFaults(HelmRelease.spec, isRecord(object) ? object['spec'] : undefined);
  throw releaseFileUnusable(
    where,
    fault ? `spec${fault.path.replaceAll('/', '.')} ${fault.message}` : 'it has no spec',
  );
}

function isUsable(object: unknown): object is HelmRelease {
  return (
    isRecord(object) && isRecord(object['spec']) && typeFaults(HelmRelease.spec, object['spec']).length === 0
  );
}
