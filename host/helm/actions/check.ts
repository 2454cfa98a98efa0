import { documents } from '../../build/render/documents.ts';
import { objectsIn } from '../../build/render/objects.ts';
import { isRecord, recordAt, stringAt } from '../../json.ts';
import { isKube } from '../../kube/errors.ts';
import { gvkOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { parseDocument } from '../documents.ts';
import { invalidName, noObject, unknownKind } from '../errors.ts';
import { objectsOf } from '../manifest.ts';
import type { Release } from '../types.ts';
import type { ActionContext } from './context.ts';

/** Helm's rule for names of releases; they become part of the names of Secrets. */
const namePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** @throws FluxError FLUX_E_HELM_NAME */
export function checkName(name: string): void {
  if (!namePattern.test(name)) throw invalidName(name);
}

/**
 * Finds what would keep a release from being recorded or applied as a whole, before anything is changed. As with Helm, what is found here
 * makes no release, so it uses up no retry.
 * @param definitions of the chart, which are not applied yet
 * @returns the objects of the release
 * @throws FluxError FLUX_E_HELM_MANIFEST, FLUX_E_HELM_TOO_LARGE; KubeError
 */
export async function checkRelease(
  context: ActionContext,
  release: Release,
  definitions: readonly KubeObject[],
): Promise<KubeObject[]> {
  for (const text of documents(release.manifest)) checkDocument(text);
  const objects = await objectsOf(release.manifest, context);
  const defined = new Set([...definitions, ...objects].flatMap(kindsIn));
  const seen = new Set(defined);
  for (const object of objects) {
    const kind = `${object.apiVersion}/${object.kind}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    await checkKind(context, object);
  }
  await context.storage.check(release);
  return objects;
}

/** Templates that make nothing are fine, and so are lists without items. */
function checkDocument(text: string): void {
  const value = parseDocument(text);
  if (value === null || value === undefined || (isRecord(value) && Array.isArray(value['items']))) return;
  if (!objectsIn(value).next().done) return;
  const missing = ['apiVersion', 'kind'].find((field) => !stringAt(value, field));
  const problem = isRecord(value)
    ? missing
      ? `${missing} not set`
      : 'metadata.name not set'
    : 'not an object';
  throw noObject(/^# Source: (.+)$/m.exec(text)?.[1], problem);
}

async function checkKind({ client, signal }: ActionContext, object: KubeObject): Promise<void> {
  try {
    await client.resourceFor(gvkOf(object), { signal });
  } catch (error) {
    throw isKube(error, 'noMatch') ? unknownKind(object, error) : error;
  }
}

/** The kinds of a definition, e.g. `example.com/v1/Thing`. */
function kindsIn(object: KubeObject): string[] {
  const spec = recordAt(object, 'spec');
  const versions = spec?.['versions'];
  if (object.kind !== 'CustomResourceDefinition' || !Array.isArray(versions)) return [];
  const [group, kind] = [stringAt(spec, 'group'), stringAt(spec, 'names', 'kind')];
  return versions.map((version) => `${group}/${stringAt(version, 'name')}/${kind}`);
}
