import { isRecord, recordAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import { hasMasked } from '../build/sops-mask.ts';

/** Objects as they will be once something is applied. */
export interface Future {
  /** Notes how an object will be; one whose values are encrypted says nothing. */
  add(object: KubeObject): void;
  /** An object that will be another one than in the cluster. */
  find(kind: { readonly group: string; readonly kind: string }, key: NamespacedName): KubeObject | undefined;
  list(kind: { readonly group: string; readonly kind: string }, namespace?: string): KubeObject[];
}

export function createFuture(): Future {
  const objects = new Map<string, KubeObject>();
  return {
    add(object) {
      if (hasMasked(object)) return;
      const { group, kind } = gvkOf(object);
      const { namespace = '', name } = object.metadata;
      objects.set(`${group}/${kind}/${namespace}/${name}`, withData(object));
    },
    find: ({ group, kind }, { namespace, name }) => objects.get(`${group}/${kind}/${namespace}/${name}`),
    list: ({ group, kind }, namespace) =>
      [...objects.values()].filter((object) => {
        const gvk = gvkOf(object);
        const isThere = namespace === undefined || object.metadata.namespace === namespace;
        return gvk.group === group && gvk.kind === kind && isThere;
      }),
  };
}

/** The API server turns `stringData` of a Secret into `data`. */
function withData(object: KubeObject): KubeObject {
  const text = recordAt(object, 'stringData');
  if (object.kind !== 'Secret' || !isRecord(text)) return object;
  const { stringData: _, ...rest } = object;
  const coded = Object.entries(text).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...recordAt(object, 'data'), ...Object.fromEntries(coded) } };
}

/** What will be there, else what is. @returns undefined when there is none */
export async function findObject<T extends KubeObject>(
  client: Pick<KubeClient, 'get'>,
  resource: ApiResource,
  { key, signal }: { key: NamespacedName; signal: AbortSignal },
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, key, { signal });
  } catch (error) {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  }
}
