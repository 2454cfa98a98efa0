import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { errorText } from '../../errors/text.ts';
import { formatApiVersion, formatKey, keyOf } from '../../kube/object.ts';
import type { ApiResource, NamespacedName, PartialObject } from '../../kube/types.ts';
import type { Logger } from '../../observability/logger.ts';
import { requestedAtAnnotation } from '../../reconcile/annotations.ts';
import { resourceFailed } from '../errors.ts';
import { goTime } from '../go-time.ts';
import type { ReceiverServices } from '../types.ts';
import { apiResourceOf } from './api-resource.ts';
import { eachAtOnce } from './each-at-once.ts';
import type { ResourceFilter } from './filter.ts';

type Reference = Receiver['spec']['resources'][number];

export const fieldManager = 'notification-controller';
const patchesAtOnce = 8;

/** One entry of `spec.resources`. */
interface Target {
  readonly reference: Reference;
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly filter: ResourceFilter;
}

export interface ReconcileRequest {
  readonly receiver: Receiver;
  readonly filters: readonly ResourceFilter[];
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Annotates the objects of a Receiver with `reconcile.fluxcd.io/requestedAt`. What fails keeps nothing else from being asked for.
 * @returns how many entries of `spec.resources` failed
 */
export async function requestReconciliation(
  services: ReceiverServices,
  request: ReconcileRequest,
): Promise<number> {
  const { receiver, filters, log } = request;
  const failures = await eachAtOnce(receiver.spec.resources, patchesAtOnce, async (reference, index) => {
    const target = { reference, ...(await targetOf(services, request, reference)), filter: filters[index] };
    await (reference.name === '*' ? requestMany : requestOne)(services, request, target);
  });
  for (const { error, item } of failures) {
    log.error(error, 'unable to request reconciliation', { resource: item });
  }
  return failures.length;
}

async function targetOf(
  { client, noCrossNamespaceRefs }: ReceiverServices,
  { receiver, signal }: ReconcileRequest,
  reference: Reference,
): Promise<Pick<Target, 'resource' | 'namespace'>> {
  const own = receiver.metadata.namespace ?? '';
  const namespace = reference.namespace || own;
  if (noCrossNamespaceRefs && namespace !== own) {
    throw resourceFailed('cross-namespace references are not allowed', {
      hint: `the host runs with --no-cross-namespace-refs: put the Receiver into namespace ${namespace}`,
    });
  }
  return { namespace, resource: await apiResourceOf(client, reference, signal) };
}

async function requestOne(
  services: ReceiverServices,
  request: ReconcileRequest,
  { reference, resource, namespace, filter }: Target,
): Promise<void> {
  const key = { namespace, name: reference.name };
  if (filter) {
    const object = await services.client
      .getMetadata(resource, key, { signal: request.signal })
      .catch((cause: unknown) => {
        throw unreadable(resource, key, cause);
      });
    if (!accepted({ request, resource, filter }, object)) return;
  }
  await annotate(services, request, { resource, key });
}

async function requestMany(
  services: ReceiverServices,
  request: ReconcileRequest,
  { reference, resource, namespace, filter }: Target,
): Promise<void> {
  const { matchLabels } = reference;
  if (!matchLabels) {
    throw resourceFailed("matchLabels field not set when using wildcard '*' as name", {
      hint: 'give labels that the objects have, or the name of one object',
    });
  }
  const labelSelector = Object.entries(matchLabels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const { signal, log } = request;
  const { items } = await services.client.listMetadata(resource, { namespace, labelSelector, signal });
  if (items.length === 0) {
    log.info(`no ${resource.kind} with matching labels in namespace ${namespace}`, { matchLabels });
  }
  const failures = await eachAtOnce(items, patchesAtOnce, async (object) => {
    // Between two evaluations others have their turn.
    if (filter) await nextTurn();
    if (accepted({ request, resource, filter }, object)) {
      await annotate(services, request, { resource, key: keyOf(object) });
    }
  });
  const [first] = failures;
  if (first) {
    throw resourceFailed(
      `${failures.length} of ${items.length} objects failed, the first: ${errorText(first.error)}`,
      {
        cause: first.error,
      },
    );
  }
}

function accepted(
  { request, resource, filter }: { request: ReconcileRequest; resource: ApiResource; filter: ResourceFilter },
  object: PartialObject,
): boolean {
  const named = { ...object, apiVersion: formatApiVersion(resource), kind: resource.kind };
  const accept = filter === undefined || filter(named);
  if (!accept) {
    request.log.debug(
      `resource '${resource.kind}/${formatKey(keyOf(object))}' NOT annotated because CEL expression returned false`,
    );
  }
  return accept;
}

async function annotate(
  { client }: ReceiverServices,
  { log, signal }: ReconcileRequest,
  { resource, key }: { resource: ApiResource; key: NamespacedName },
): Promise<void> {
  const what = `${resource.kind}/${key.name}.${key.namespace}`;
  const patch = { metadata: { annotations: { [requestedAtAnnotation]: goTime() } } };
  await client
    .patch(resource, key, patch, { type: 'merge', fieldManager, signal })
    .catch((cause: unknown) => {
      throw resourceFailed(`failed to annotate resource: '${what}': ${errorText(cause)}`, { cause });
    });
  log.info(`resource '${what}' annotated`);
}

function unreadable(resource: ApiResource, key: NamespacedName, cause: unknown) {
  return resourceFailed(`unable to read ${resource.kind} "${formatKey(key)}" error: ${errorText(cause)}`, {
    cause,
  });
}
