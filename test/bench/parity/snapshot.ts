import { definedKinds } from '@flux-host/host/apply/prepare.ts';
import { KubeError } from '@flux-host/host/kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import type { Snapshot } from './compare.ts';
import { isCompared, normalise, toldBy } from './normalise.ts';

/** Every object of the cluster that is compared. */
export async function takeSnapshot(client: KubeClient): Promise<Snapshot> {
  const objects = new Map<string, unknown>();
  const events = new Map<string, string[]>();
  for (const resource of await servedKinds(client)) {
    for (const object of await listAll(client, resource)) {
      if (isCompared(object)) objects.set(nameOf(object, resource), normalise(object));
      const told = toldBy(object);
      if (told) {
        const name = `Events of ${told.of}`;
        events.set(name, [...(events.get(name) ?? []), told.what]);
      }
    }
  }
  for (const [name, told] of events)
    objects.set(name, Object.fromEntries(told.map((what) => [what, 'told'])));
  return objects;
}

const definitions: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** Each kind in one of its versions: what the client knows of the API server is some seconds old, what definitions there are is not. */
async function servedKinds(client: KubeClient): Promise<ApiResource[]> {
  const kinds = new Map<string, ApiResource>();
  const defined = definedKinds(await listAll(client, definitions));
  for (const resource of [...(await client.resources()), ...defined.values()]) {
    const name = `${resource.kind}.${resource.group}`;
    if (!kinds.has(name)) kinds.set(name, resource);
  }
  return [...kinds.values()];
}

async function listAll(client: KubeClient, resource: ApiResource): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(resource);
    const { group, version, kind } = resource;
    // Items of a list carry neither.
    return items.map((item) => ({ ...item, apiVersion: group ? `${group}/${version}` : version, kind }));
  } catch (error) {
    // Kinds that only answer questions, such as TokenReview, have no list.
    if (error instanceof KubeError && (error.notFound || error.status === 405)) return [];
    throw error;
  }
}

function nameOf({ metadata: { namespace, name } }: KubeObject, { kind, group }: ApiResource): string {
  return `${kind}${group ? `.${group}` : ''} ${namespace ? `${namespace}/` : ''}${name}`;
}
