import { takeTurns } from '../threads/turns.ts';
import { type KubeStatus, malformedError, statusError } from './errors.ts';
import { createLineSplitter } from './lines.ts';
import { metadataAccept, withKind } from './metadata.ts';
import { resourcePath, withQuery } from './paths.ts';
import { asUnreachable, type Call, type Rest } from './rest.ts';
import type { ApiResource, PartialObject, WatchEvent, WatchOptions } from './types.ts';

/** etcd holds objects of up to 1.5 MB by default; JSON of managedFields and escapes may be a few times that. */
const maxEventBytes = 32 * 1024 * 1024;

/**
 * One watch request. Ends when the server ends it, when the signal aborts, or after a silence longer than the connection allows: the
 * connection may be dead, or the server may have no bookmarks to send; a new request tells.
 * @throws KubeError for an ERROR event (e.g. 410 Gone) or a lost connection
 */
export async function* watchOnce<T extends PartialObject>(
  rest: Rest,
  resource: ApiResource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  const call = watchCall(resource, options);
  const split = createLineSplitter(maxEventBytes);
  const turn = takeTurns();
  try {
    const body = await rest.stream(call);
    for await (const chunk of body) {
      for (const line of split(chunk)) {
        if (line.length > 0) yield parseEvent<T>(line, { call, resource });
        // Thousands of events come at once when a watch begins.
        await turn();
      }
    }
  } catch (error) {
    if (options.signal?.aborted || isSilence(error)) return;
    if (error instanceof RangeError) throw malformedError(call, error.message, error);
    throw asUnreachable(call, error, 'the watched server');
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
}

function watchCall(resource: ApiResource, options: WatchOptions): Call {
  return {
    verb: 'watch',
    target: options.namespace ? `${resource.kind} in ${options.namespace}` : resource.kind,
    method: 'GET',
    path: withQuery(resourcePath(resource, { namespace: options.namespace }), {
      watch: 'true',
      allowWatchBookmarks: 'true',
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: options.timeoutSeconds === undefined ? undefined : String(options.timeoutSeconds),
      ...(options.sendInitialEvents && {
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
      }),
    }),
    ...(options.metadataOnly && { accept: metadataAccept('PartialObjectMetadata') }),
    signal: options.signal,
  };
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/** A line as the API server promises it; `object` is a `Status` in an ERROR event. */
interface RawEvent<T> {
  readonly type?: string;
  readonly object?: T & KubeStatus;
}

function parseEvent<T extends PartialObject>(
  line: Buffer,
  { call, resource }: { call: Call; resource: ApiResource },
): WatchEvent<T> {
  const { type, object } = parseLine<T>(line, call);
  if (typeof object !== 'object') throw malformedError(call, 'an event of the watch has no object');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: withKind<T>(object, resource) };
    case 'BOOKMARK':
      return {
        type,
        resourceVersion: object.metadata.resourceVersion ?? '',
        ...(object.metadata.annotations?.[initialEventsEnd] === 'true' && { initialEventsEnd: true }),
      };
    case 'ERROR':
      throw statusError(call, object);
    default:
      throw malformedError(call, `the watch sent an event of the unknown type "${type}"`);
  }
}

function parseLine<T>(line: Buffer, call: Call): RawEvent<T> {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw malformedError(call, 'an event of the watch is not JSON', error);
  }
}
