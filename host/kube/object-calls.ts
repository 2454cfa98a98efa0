import type { Asked } from './errors.ts';
import { withKind } from './metadata.ts';
import { formatRef, keyOf, refIn } from './object.ts';
import { resourcePath, withQuery } from './paths.ts';
import type { Call, Rest } from './rest.ts';
import type {
  ApiResource,
  ApplyOptions,
  DeleteOptions,
  KubeObject,
  NamespacedName,
  PartialObject,
  PatchOptions,
  PatchType,
  RequestOptions,
  WriteOptions,
} from './types.ts';

const patchTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

// No `fieldValidation` is sent, as controller-runtime does: the server's default (Warn) accepts unknown fields and says so in a
// Warning header. `Strict` would refuse manifests that Flux applies.
function writeQuery(options: WriteOptions = {}): Record<string, string | undefined> {
  return { fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined };
}

function asked(verb: string, resource: ApiResource, key: NamespacedName): Asked {
  const object = refIn(resource, key);
  return { verb, target: formatRef(object), object };
}

/** The calls that concern one object. */
export function objectCalls(rest: Rest) {
  async function answered<T extends PartialObject>(resource: ApiResource, call: Call): Promise<T> {
    return withKind(await rest.call<T>(call), resource);
  }

  return {
    get<T extends PartialObject>(
      resource: ApiResource,
      key: NamespacedName,
      options: RequestOptions & { accept?: string } = {},
    ): Promise<T> {
      return answered(resource, {
        ...asked('get', resource, key),
        method: 'GET',
        path: resourcePath(resource, key),
        ...(options.accept && { accept: options.accept }),
        signal: options.signal,
      });
    },

    create<T extends KubeObject>(resource: ApiResource, object: T, options?: WriteOptions): Promise<T> {
      const { namespace, generateName, name = `${generateName ?? ''}…` } = object.metadata;
      return answered(resource, {
        ...asked('create', resource, { namespace: namespace ?? '', name }),
        method: 'POST',
        path: withQuery(resourcePath(resource, { namespace }), writeQuery(options)),
        body: object,
        signal: options?.signal,
      });
    },

    replace<T extends KubeObject>(resource: ApiResource, object: T, options?: WriteOptions): Promise<T> {
      const key = keyOf(object);
      return answered(resource, {
        ...asked('update', resource, key),
        method: 'PUT',
        path: withQuery(resourcePath(resource, key), writeQuery(options)),
        body: object,
        signal: options?.signal,
      });
    },

    patch<T extends KubeObject>(
      resource: ApiResource,
      { key, patch }: { key: NamespacedName; patch: unknown },
      options: PatchOptions,
    ): Promise<T> {
      return answered(resource, {
        ...asked('patch', resource, key),
        method: 'PATCH',
        path: withQuery(
          resourcePath(resource, { ...key, subresource: options.subresource }),
          writeQuery(options),
        ),
        body: patch,
        contentType: patchTypes[options.type],
        // A JSON patch may append to a list.
        idempotent: options.type !== 'json',
        signal: options.signal,
      });
    },

    apply<T extends KubeObject>(
      resource: ApiResource,
      object: KubeObject,
      options: ApplyOptions,
    ): Promise<T> {
      const key = keyOf(object);
      return answered(resource, {
        ...asked('apply', resource, key),
        method: 'PATCH',
        path: withQuery(resourcePath(resource, { ...key, subresource: options.subresource }), {
          ...writeQuery(options),
          force: options.force ? 'true' : undefined,
        }),
        body: object,
        // JSON is YAML; the API server has no JSON name for it.
        contentType: 'application/apply-patch+yaml',
        signal: options.signal,
      });
    },

    async delete(resource: ApiResource, key: NamespacedName, options: DeleteOptions = {}): Promise<void> {
      await rest.call({
        ...asked('delete', resource, key),
        method: 'DELETE',
        path: resourcePath(resource, key),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          ...(options.propagationPolicy && { propagationPolicy: options.propagationPolicy }),
          ...(options.uid && { preconditions: { uid: options.uid } }),
          ...(options.dryRun && { dryRun: ['All'] }),
        },
        signal: options.signal,
      });
    },
  };
}
