import type { ChartCrds } from '@flux-host/sdk/contract/chart.ts';
import { documents } from '../build/render/documents.ts';
import { objectsIn } from '../build/render/objects.ts';
import { recordAt, stringAt } from '../json.ts';
import { isKube } from '../kube/errors.ts';
import { gvkOf } from '../kube/object.ts';
import type { KubeClient, KubeObject } from '../kube/types.ts';
import { parseDocument } from './documents.ts';
import { unreadableCrds } from './errors.ts';

/**
 * The objects of a manifest, those without a namespace in that of the release.
 * @throws FluxError for a document that is no object; KubeError when the API server cannot be asked about a kind
 */
export async function objectsOf(
  manifest: string,
  { client, namespace, signal }: { client: KubeClient; namespace: string; signal: AbortSignal },
): Promise<KubeObject[]> {
  const objects = parseManifest(manifest);
  const defined = new Map(objects.flatMap(scopeOf));
  await Promise.all(
    objects.map(async (object) => {
      const isNamespaced = defined.get(kindOf(object)) ?? (await isServedNamespaced(client, object, signal));
      if (isNamespaced) object.metadata.namespace ??= namespace;
      else delete object.metadata.namespace;
    }),
  );
  return objects;
}

/** The objects of a manifest as they are. */
export function parseManifest(manifest: string): KubeObject[] {
  return [...documents(manifest)].flatMap((text) => [...objectsIn(parseDocument(text))]);
}

/** The objects of a file below `crds/` of a chart or subchart. @throws FluxError FLUX_E_HELM_MANIFEST */
export function parseCrds({ file, manifest }: ChartCrds): KubeObject[] {
  try {
    return parseManifest(manifest);
  } catch (error) {
    throw unreadableCrds(file, error);
  }
}

/** Those that are installed with the release: hooks come and go by themselves. */
export function manifestObjects(manifest: string): KubeObject[] {
  return parseManifest(manifest).filter((object) => !isHook(object));
}

export const isHook = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.['helm.sh/hook'] !== undefined;

const kindOf = ({ apiVersion, kind }: KubeObject): string => `${gvkOf({ apiVersion, kind }).group}/${kind}`;

/** What a definition in the manifest itself says about its kind. */
function scopeOf(object: KubeObject): [string, boolean][] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  const spec = recordAt(object, 'spec');
  const name = `${stringAt(spec, 'group')}/${stringAt(spec, 'names', 'kind')}`;
  return [[name, stringAt(spec, 'scope') !== 'Cluster']];
}

/** A kind that is not there (yet) is taken as namespaced; applying it says what is wrong. */
async function isServedNamespaced(
  client: KubeClient,
  object: KubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await client.resourceFor(gvkOf(object), { signal })).namespaced;
  } catch (error) {
    if (isKube(error, 'noMatch')) return true;
    throw error;
  }
}
