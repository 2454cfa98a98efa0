import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatRef } from '@flux-host/host/kube/object.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { events as eventKind } from '../../cluster/resources.ts';
import { eventTime } from '../events/row.ts';
import type { Access } from './look.ts';

/** What is shown of each object. */
const shown = 5;

/** The last events about some objects, oldest first; none where the user may not read them. */
export async function lastEvents(
  refs: readonly ObjectRef[],
  { client, signal }: Access,
): Promise<KubeObject[]> {
  const distinct = [...new Map(refs.map((ref) => [formatRef(ref), ref])).values()];
  const lists = await Promise.all(
    distinct.map(async ({ kind, name, namespace }) => {
      const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
      try {
        const { items } = await client.list<KubeObject>(eventKind, {
          // Events about objects without a namespace are kept in this one.
          namespace: namespace || 'default',
          fieldSelector,
          signal,
        });
        return items.toSorted((a, b) => eventTime(a) - eventTime(b)).slice(-shown);
      } catch (error) {
        if (isKube(error, 'forbidden')) return [];
        throw error;
      }
    }),
  );
  return lists.flat().toSorted((a, b) => eventTime(a) - eventTime(b));
}
