import { isRecord, listAt, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatRef, keyOf } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, KubeObject, PartialObject } from '@flux-host/host/kube/types.ts';
import { definitions, partOfFlux } from '../../cluster/resources.ts';
import { commandError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';

/**
 * Has the API server store every object of Flux in the version that its definition stores now, and notes in the definitions
 * that no older one is left: only then can a newer definition leave the older ones out.
 */
export async function migrateCluster(invocation: Invocation): Promise<void> {
  const { log, signal } = invocation;
  log.action('starting migration of custom resources');
  const { client } = await invocation.cluster();
  const { items } = await client.list(definitions, { labelSelector: partOfFlux, signal });
  for (const definition of items) await migrateKind(definition, client, invocation);
  log.success('custom resources migrated successfully');
}

async function migrateKind(
  definition: KubeObject,
  client: KubeClient,
  { log, signal }: Invocation,
): Promise<void> {
  const { name } = definition.metadata;
  const resource = storedResource(definition);
  const { items } = await client.listMetadata(resource, { signal });
  for (const object of items) {
    await rewrite(object, resource, { client, signal });
    const ref = formatRef({ kind: resource.kind, ...keyOf(object) });
    log.success(`${ref} migrated to version ${resource.version}`);
  }
  const stored = listAt(definition, 'status', 'storedVersions');
  if (stored.length === 1 && stored[0] === resource.version) return;
  await client.patch(
    definitions,
    keyOf(definition),
    { status: { storedVersions: [resource.version] } },
    { type: 'merge', subresource: 'status', signal },
  );
  log.success(`${name} migrated to storage version ${resource.version}`);
}

/** The kind of a definition in the version in which it is stored. */
function storedResource(definition: KubeObject): ApiResource {
  const field = (...path: string[]) => stringAt(definition, 'spec', ...path) ?? '';
  const storage = listAt(definition, 'spec', 'versions').find(
    (version) => isRecord(version) && version['storage'] === true,
  );
  const version = stringAt(storage, 'name');
  if (!version) {
    throw commandError(
      'FLUX_E_CLI_NOT_FOUND',
      `no storage version found for CRD ${definition.metadata.name}`,
    );
  }
  return {
    group: field('group'),
    version,
    kind: field('names', 'kind'),
    plural: field('names', 'plural'),
    namespaced: field('scope') === 'Namespaced',
  };
}

/** A write that changes nothing else; managed fields name versions, too, which then have to be served. */
async function rewrite(
  object: PartialObject,
  resource: ApiResource,
  { client, signal }: { client: KubeClient; signal: AbortSignal },
): Promise<void> {
  const apiVersion = `${resource.group}/${resource.version}`;
  const entries = object.metadata.managedFields ?? [];
  const isOld = entries.some((entry) => entry.apiVersion !== apiVersion);
  const value = entries.map((entry) => ({ ...entry, apiVersion }));
  try {
    if (isOld) {
      const patch = [{ op: 'replace', path: '/metadata/managedFields', value }];
      await client.patch(resource, keyOf(object), patch, { type: 'json', signal });
    } else {
      await client.patch(resource, keyOf(object), {}, { type: 'merge', signal });
    }
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
  }
}
