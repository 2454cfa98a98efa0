import { isKube } from '@flux-host/host/kube/errors.ts';
import type { ApiResource, KubeObject } from '@flux-host/host/kube/types.ts';
import { commandError, usageError } from '../command/errors.ts';
import type { Invocation } from '../command/types.ts';
import { findResource } from './find-resource.ts';

/** An object as arguments name it. */
export interface NamedObject {
  /** As typed, see `findResource`. */
  readonly type: string;
  readonly name: string;
}

/**
 * Reads `<resource>/<name>…` or `<resource> <name>…`, as kubectl does.
 * @throws FluxError FLUX_E_CLI_USAGE for anything else
 */
export function objectsNamed(args: readonly string[]): NamedObject[] {
  const required = 'either `<resource>/<name>` or `<resource> <name>` is required as an argument';
  if (args.some((arg) => arg.includes('/'))) {
    return args.map((arg) => {
      const [type = '', name = '', ...more] = arg.split('/');
      if (!arg.includes('/')) {
        throw usageError(`${required}, and not both: "${arg}" has no resource`);
      }
      if (!type || !name || more.length > 0) {
        throw usageError(`arguments in resource/name form may not have more than one slash: "${arg}"`);
      }
      return { type, name };
    });
  }
  const [type, ...names] = args;
  if (!type || names.length === 0) throw usageError(required);
  return names.map((name) => ({ type, name }));
}

/** An object together with its kind. */
export interface FoundObject {
  readonly resource: ApiResource;
  readonly object: KubeObject;
}

/**
 * The object of a name, in the namespace of the command where its kind has namespaces.
 * @throws FluxError FLUX_E_CLI_NOT_FOUND when there is none
 */
export async function getNamed({ type, name }: NamedObject, invocation: Invocation): Promise<FoundObject> {
  const { signal } = invocation;
  const { client } = await invocation.cluster();
  const resource = await findResource(type, client, signal);
  const namespace = resource.namespaced ? invocation.namespace : '';
  try {
    return { resource, object: await client.get<KubeObject>(resource, { namespace, name }, { signal }) };
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    throw commandError(
      'FLUX_E_CLI_NOT_FOUND',
      error.statusMessage,
      namespace ? `it was looked for in namespace ${namespace}: see --namespace` : undefined,
    );
  }
}
