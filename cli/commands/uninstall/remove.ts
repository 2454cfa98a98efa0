import { kinds } from '@flux-host/crds/index.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatRef, keyOf, refIn } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, NamespacedName, PartialObject } from '@flux-host/host/kube/types.ts';
import { componentKinds, definitions, namespaces, partOfFlux } from '../../cluster/resources.ts';
import type { Log } from '../../output/log.ts';

/** What the steps of an uninstallation need. */
export interface Removal {
  readonly client: KubeClient;
  readonly log: Log;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Counts what could not be removed. */
  failures: number;
}

/** Deletes what runs, and the rights it has. */
export async function removeComponents(removal: Removal): Promise<void> {
  for (const resource of componentKinds) {
    for (const object of await labelled(resource, removal)) await remove(resource, keyOf(object), removal);
  }
}

/** Takes the finalizers off all objects of Flux, which nobody is there any more to do. */
export async function removeFinalizers(removal: Removal): Promise<void> {
  const { client, log, dryRun, signal } = removal;
  for (const resource of kinds) {
    for (const object of await listed(resource, removal)) {
      const name = formatRef(refIn(resource, keyOf(object)));
      try {
        const patch = { metadata: { finalizers: null } };
        await client.patch(resource, keyOf(object), patch, { type: 'merge', dryRun, signal });
        log.success(`${name} finalizers deleted${suffix(removal)}`);
      } catch (error) {
        fail(removal, `${name} removing finalizers failed`, error);
      }
    }
  }
}

export async function removeDefinitions(removal: Removal): Promise<void> {
  for (const object of await labelled(definitions, removal))
    await remove(definitions, keyOf(object), removal);
}

export async function removeNamespace(removal: Removal): Promise<void> {
  await remove(namespaces, { namespace: '', name: removal.namespace }, removal);
}

async function labelled(resource: ApiResource, removal: Removal): Promise<PartialObject[]> {
  const { client, namespace, signal } = removal;
  const scope = resource.namespaced ? { namespace } : {};
  try {
    const { items } = await client.listMetadata(resource, { ...scope, labelSelector: partOfFlux, signal });
    return items;
  } catch (error) {
    fail(removal, `listing ${resource.plural} failed`, error);
    return [];
  }
}

async function listed(resource: ApiResource, removal: Removal): Promise<PartialObject[]> {
  const { client, signal } = removal;
  try {
    return (await client.listMetadata(resource, { signal })).items;
  } catch (error) {
    if (!isKube(error, 'noMatch') && !isKube(error, 'notFound')) {
      fail(removal, `listing ${resource.plural} failed`, error);
    }
    return [];
  }
}

async function remove(resource: ApiResource, key: NamespacedName, removal: Removal): Promise<void> {
  const { client, log, dryRun, signal } = removal;
  const name = formatRef({ kind: resource.kind, ...key });
  try {
    await client.delete(resource, key, { propagationPolicy: 'Background', dryRun, signal });
    log.success(`${name} deleted${suffix(removal)}`);
  } catch (error) {
    if (isKube(error, 'notFound')) log.success(`${name} deleted${suffix(removal)}`);
    else fail(removal, `${name} deletion failed`, error);
  }
}

function suffix({ dryRun }: Removal): string {
  return dryRun ? ' (dry run)' : ' ';
}

function fail(removal: Removal, what: string, error: unknown): void {
  removal.signal.throwIfAborted();
  removal.failures += 1;
  removal.log.failure(`${what}: ${errorText(error)}`);
}
