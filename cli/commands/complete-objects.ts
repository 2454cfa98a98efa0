import { kinds } from '@flux-host/crds/index.ts';
import { findResource } from '../cluster/find-resource.ts';
import type { Invocation } from '../command/types.ts';

/** What is asked about most often besides Flux's own kinds. */
const usual = [
  'deployment',
  'statefulset',
  'daemonset',
  'job',
  'pod',
  'service',
  'configmap',
  'secret',
  'namespace',
];

/** Offers kinds as the first argument, then the names of the objects of that kind. */
export async function completeObjects(invocation: Invocation): Promise<readonly string[]> {
  const [type] = invocation.args;
  if (type === undefined) return [...kinds.map(({ singular }) => singular), ...usual].sort();
  if (type.includes('/')) return [];
  const { namespace, signal } = invocation;
  const { client } = await invocation.cluster();
  const resource = await findResource(type, client, signal);
  const { items } = await client.listMetadata(resource, {
    ...(resource.namespaced && { namespace }),
    signal,
  });
  return items.map(({ metadata }) => metadata.name);
}
