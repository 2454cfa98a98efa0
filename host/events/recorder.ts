import { hostname } from 'node:os';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { KubeClient, KubeObject } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { Redactor } from '../observability/redact.ts';
import { createClusterSink } from './cluster-sink.ts';
import { eventsAddressInvalid } from './errors.ts';
import { toFluxEvent } from './flux-event.ts';
import { createLanes } from './lanes.ts';
import type { EventInput, EventRecorder, ObjectReference, RecordedEvent } from './types.ts';
import { createWebhookSink } from './webhook-sink.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** Component that the events come from, e.g. `kustomize-controller`. */
  readonly controller: string;
  /** `--events-addr`; events are only written to the cluster without one. */
  readonly eventsAddr?: string;
  /** Takes what would be posted, within this process. Resolves once it cannot be lost. */
  readonly receive?: (event: FluxEvent) => Promise<unknown>;
  readonly log: Pick<Logger, 'trace' | 'error'>;
  readonly redactor: Redactor;
  readonly fetch?: typeof fetch;
  /** One attempt of a post. Default 5 s. */
  readonly timeoutMs?: number;
  /** Pause before the first retry. Default 1 s. */
  readonly retryDelayMs?: number;
  /** Events that may wait for delivery. Default 1000. */
  readonly limit?: number;
}

/** Annotations of the object with this prefix are metadata that its owner wants in every event. */
const USER_PREFIX = 'event.toolkit.fluxcd.io/';
const LANES = 8;

/**
 * Records events as Flux does: as Event objects in the cluster, and, but for Trace, as JSON posted to `--events-addr` or handed over within the
 * process. None of them can hold up or fail a reconcile: what cannot be delivered is logged and dropped.
 * @throws FluxError FLUX_E_EVENTS_ADDRESS
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const {
    client,
    controller,
    eventsAddr,
    receive,
    log,
    redactor,
    limit = 1000,
    retryDelayMs = 1000,
  } = options;
  const instance = hostname();
  if (eventsAddr && !URL.canParse(eventsAddr)) throw eventsAddressInvalid(eventsAddr);
  const onError = (error: unknown): void => log.error(error, 'unable to record event', { controller });
  const toCluster = createClusterSink({ client, controller, retryDelayMs });
  const toWebhook = eventsAddr
    ? createWebhookSink({
        address: eventsAddr,
        controller,
        instance,
        fetch: options.fetch ?? globalThis.fetch,
        timeoutMs: options.timeoutMs ?? 5000,
        retryDelayMs,
      })
    : undefined;
  // Sets of their own, so that a receiver that is down does not hold up the cluster's events.
  const clusterLanes = createLanes({ lanes: LANES, limit, onError });
  const webhookLanes = createLanes({ lanes: LANES, limit, onError });
  const innerLanes = createLanes({ lanes: LANES, limit, onError });

  const full = (to: string, { involvedObject, reason }: RecordedEvent): void =>
    log.error(new Error(`too many events wait for ${to}`), 'dropped event', {
      controller,
      involvedObject,
      reason,
    });

  return {
    event(object, input) {
      const event = recorded(object, input, redactor);
      const { kind, namespace = '', name } = event.involvedObject;
      const key = `${kind}/${namespace}/${name}`;
      log.trace(event.message, {
        'reconciler kind': kind,
        namespace,
        name,
        reason: event.reason,
        annotations: event.annotations,
      });
      if (!clusterLanes.add(key, () => toCluster(event))) full('the API server', event);
      if (input.type === 'Trace') return;
      if (receive) {
        const hand = async () => void (await receive(toFluxEvent(event, { controller, instance })));
        if (!innerLanes.add(key, hand)) full('the notifications', event);
      }
      if (toWebhook && !webhookLanes.add(key, () => toWebhook(event))) full('the events address', event);
    },
    async flush(timeoutMs = 5000) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      await Promise.race([
        promise,
        Promise.all([clusterLanes, innerLanes, webhookLanes].map((lanes) => lanes.idle())),
      ]);
      clearTimeout(timer);
    },
  };
}

function recorded(object: KubeObject, input: EventInput, { redact }: Redactor): RecordedEvent {
  const own = Object.entries(object.metadata.annotations ?? {}).filter(([name]) =>
    name.startsWith(USER_PREFIX),
  );
  const annotations = Object.entries({ ...input.annotations, ...Object.fromEntries(own) });
  return {
    type: input.type,
    reason: input.reason,
    message: redact(input.message),
    annotations: Object.fromEntries(annotations.map(([name, value]) => [name, redact(value)])),
    involvedObject: referenceTo(object),
    timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    ...(uid ? { uid } : {}),
    apiVersion,
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}
