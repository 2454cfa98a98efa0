import { randomUUID } from 'node:crypto';
import { KubeError } from '../kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject } from '../kube/types.ts';
import { createCorrelator, type Posted } from './correlator.ts';
import { retry } from './retry.ts';
import type { RecordedEvent } from './types.ts';

const EVENTS: ApiResource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

export interface ClusterSinkOptions {
  readonly client: KubeClient;
  /** Component that the events come from, e.g. `kustomize-controller`. */
  readonly controller: string;
  readonly retryDelayMs: number;
}

/**
 * Writes Events into the cluster, next to the object that they are about.
 * @returns writes one event; rejects when it is given up
 */
export function createClusterSink(options: ClusterSinkOptions): (event: RecordedEvent) => Promise<void> {
  const { client, controller, retryDelayMs } = options;
  const correlator = createCorrelator();

  /** Counts up; undefined when the event is gone, because events live an hour. */
  const countUp = async (existing: Posted, changes: Record<string, unknown>): Promise<Posted | undefined> => {
    const count = existing.count + 1;
    try {
      await client.patch(EVENTS, existing, { count, ...changes }, { type: 'merge' });
      return { ...existing, count };
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  };

  const create = async (event: RecordedEvent, message: string): Promise<Posted> => {
    const object = eventObject(event, { controller, message });
    const { name, namespace = '' } = object.metadata;
    await client.create(EVENTS, object);
    return { name, namespace, count: 1 };
  };

  return async (event) => {
    const found = correlator.correlate(event);
    if (found.kind === 'drop') return;
    const { key, message, existing } = found;
    const changes = { message, lastTimestamp: event.timestamp };
    await retry({ tries: 5, delayMs: retryDelayMs, isPassing }, async () => {
      const counted = existing && (await countUp(existing, changes));
      correlator.posted(key, counted ?? (await create(event, message)));
    });
  };
}

/** The API server will not change its mind about a request that it refused, unless it was only busy. */
function isPassing(error: unknown): boolean {
  return !(error instanceof KubeError) || error.status === 0 || error.status === 429 || error.status >= 500;
}

const MAX_NAME = 253;

function eventObject(
  event: RecordedEvent,
  { controller, message }: { controller: string; message: string },
): KubeObject {
  const { involvedObject, annotations, timestamp, reason } = event;
  const suffix = `.${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${involvedObject.name.slice(0, MAX_NAME - suffix.length)}${suffix}`,
      // Events about cluster-scoped objects live in default, as client-go has it.
      namespace: involvedObject.namespace ?? 'default',
      ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    },
    involvedObject,
    reason,
    message,
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    count: 1,
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    source: { component: controller },
    reportingComponent: controller,
    reportingInstance: '',
  };
}
