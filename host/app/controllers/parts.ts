import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { createEventRecorder } from '../../events/recorder.ts';
import type { EventRecorder } from '../../events/types.ts';
import type { ApiResource } from '../../kube/types.ts';
import type { HostOptions } from '../options.ts';
import type { Platform } from '../platform.ts';
import type { Services } from '../services.ts';
import type { Sources } from '../sources.ts';
import type { Wakeups } from '../wakeups.ts';

/** Everything that the controllers of the process are made of. */
export interface Parts {
  readonly options: HostOptions;
  readonly platform: Platform;
  readonly services: Services;
  readonly wakeups: Wakeups;
  /** Sources of every kind, whoever reconciles them. A controller of a source kind adds itself. */
  readonly sources: Sources;
  /** Records events as one of Flux's controllers, e.g. `source-controller`. */
  events(component: string): EventRecorder;
  /** Has the events of the process handed over to what sends notifications. */
  onEvent(receiver: EventReceiver): void;
}

/** Takes an event in; resolves once it cannot be lost. */
export type EventReceiver = (event: FluxEvent) => Promise<unknown>;

/** One kind in this process. */
export interface AppController {
  /** The component of Flux that it runs for (`--components`); absent: it always runs. */
  readonly component?: string;
  /** Its kind, where a cluster may lack it. Nobody else needs what it knows, so it is left out where its component does not run. */
  readonly optional?: ApiResource;
  /** Fills the caches; resolves when they are complete. Nothing is reconciled before every controller has. */
  sync(signal: AbortSignal): Promise<void>;
  /** Works until the signal aborts; resolves when nothing is in flight. `drain` aborts what is left. */
  run(signal: AbortSignal, drain: AbortSignal): Promise<void>;
  /** Ends what others still need when nothing is reconciled any more. */
  close?(): Promise<void>;
}

/** What the controllers of all kinds have in common. */
export function commonOf({ options, platform }: Parts) {
  const { client, log, metrics, redactor } = platform;
  return {
    client,
    log,
    metrics,
    concurrency: options.concurrency,
    retry: options.retry,
    redact: (text: string) => redactor.redact(text),
    ...(options.namespace ? { namespace: options.namespace } : {}),
    ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
  };
}

/** Event recorders by component, one each. */
export function eventRecorders(options: HostOptions, platform: Platform) {
  const recorders = new Map<string, EventRecorder>();
  let receiver: EventReceiver | undefined;
  const receive: EventReceiver = async (event) => receiver?.(event);
  return {
    of(component: string): EventRecorder {
      const found = recorders.get(component);
      if (found) return found;
      // As in Flux, notifications are not about what sends them.
      const isNotified = component !== 'notification-controller';
      const notified = isNotified ? { eventsAddr: options.eventsAddress, receive } : {};
      const recorder = createEventRecorder({ ...platform, controller: component, ...notified });
      recorders.set(component, recorder);
      return recorder;
    },
    /** From now on events are handed over here, too. */
    handTo(newReceiver: EventReceiver): void {
      receiver = newReceiver;
    },
    async flush(): Promise<void> {
      await Promise.all([...recorders.values()].map((recorder) => recorder.flush()));
    },
  };
}
