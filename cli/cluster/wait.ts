import { formatDuration } from '@flux-host/host/duration/duration.ts';
import { isAbort } from '@flux-host/host/errors/text.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import { commandError } from '../command/errors.ts';
import { readyCondition } from '../kinds/conditions.ts';
import { follow } from './follow.ts';

export interface WaitOptions {
  readonly client: KubeClient;
  readonly resource: ApiResource;
  readonly key: NamespacedName;
  /** `--timeout`, for the message. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether the object has come where it should; throws when it never will. */
  isDone(object: KubeObject): boolean;
}

/**
 * Watches one object until it has come where it should.
 * @returns its last state
 * @throws what `isDone` throws; FluxError when the object vanishes or time is up, with what it said last
 */
export async function waitFor(options: WaitOptions): Promise<KubeObject> {
  const { client, resource, key, signal } = options;
  const decided = Promise.withResolvers<KubeObject>();
  decided.promise.catch(() => {});
  const stop = new AbortController();
  let last: KubeObject | undefined;
  const look = (object: KubeObject): void => {
    last = object;
    try {
      if (options.isDone(object)) decided.resolve(object);
    } catch (error) {
      decided.reject(error);
    }
  };
  const gone = (): void => decided.reject(notFound(resource, key));
  const following = follow<KubeObject>({
    client,
    resource,
    ...(key.namespace && { namespace: key.namespace }),
    fieldSelector: `metadata.name=${key.name}`,
    signal: AbortSignal.any([signal, stop.signal]),
    onEvent: ({ type, object }) => (type === 'deleted' ? gone() : look(object)),
    onSynced: (store) => {
      if (store.size === 0) gone();
    },
  });
  try {
    const ended = following.then((): never => {
      throw timedOut(options, last);
    });
    return await Promise.race([decided.promise, ended]);
  } finally {
    stop.abort();
    await following.catch(() => {});
  }
}

function notFound({ kind }: ApiResource, { namespace, name }: NamespacedName): Error {
  return commandError(
    'FLUX_E_CLI_NOT_FOUND',
    `${kind} object '${name}' not found${namespace ? ` in ${JSON.stringify(namespace)} namespace` : ''}`,
  );
}

function timedOut({ resource, key, timeoutMs, signal }: WaitOptions, last: KubeObject | undefined): unknown {
  if (!isAbort(signal.reason)) return signal.reason;
  const said = last && readyCondition(last)?.message;
  return commandError(
    'FLUX_E_CLI_TIMEOUT',
    `timed out after ${formatDuration(timeoutMs)} waiting for ${resource.kind} ${key.name}${key.namespace ? ` in ${key.namespace} namespace` : ''}` +
      (said ? `, which last said: ${said}` : ', which has no status yet'),
    said
      ? 'see "flux events" and "flux logs", or wait longer with --timeout'
      : 'does its controller run? see "flux check" and "flux logs"',
  );
}
