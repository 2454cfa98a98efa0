import { wireForm } from '@flux-host/host/apply/normalise.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { loadAll } from 'js-yaml';

/** Puts the objects of YAML documents into the cluster, with their statuses. */
export async function loadObjects(yaml: string, client: KubeClient): Promise<void> {
  for (const document of loadAll(yaml)) {
    if (isObject(document)) await put(document, client);
  }
}

async function put(object: KubeObject, client: KubeClient): Promise<void> {
  const resource = await client.resourceFor(gvkOf(object));
  const { status, ...rest } = object;
  try {
    await client.create(resource, { ...rest });
  } catch (error) {
    if (!isKube(error, 'alreadyExists')) throw error;
  }
  if (status !== undefined && resource.group !== '') {
    await client.patch(resource, keyOf(object), { status }, { type: 'merge', subresource: 'status' });
  }
}

/** Puts objects into the cluster as kustomize-controller would have: it owns their fields. */
export async function applyObjects(yaml: string, client: KubeClient): Promise<void> {
  for (const document of loadAll(yaml)) {
    if (!isObject(document)) continue;
    const resource = await client.resourceFor(gvkOf(document));
    await client.apply(resource, wireForm(document), { fieldManager: 'kustomize-controller', force: true });
  }
}

/** Takes away what of the objects of YAML documents lies in the namespace that all cases share. */
export async function removeShared(yaml: string, client: KubeClient): Promise<void> {
  for (const document of loadAll(yaml)) {
    if (!isObject(document) || document.metadata.namespace !== 'default') continue;
    try {
      await client.delete(await client.resourceFor(gvkOf(document)), keyOf(document));
    } catch (error) {
      if (!isKube(error, 'notFound')) throw error;
    }
  }
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}
