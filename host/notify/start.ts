import { Alert } from '@flux-host/crds/notification/alert.ts';
import { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { EventRecorder } from '../events/types.ts';
import type { Address } from '../http/address.ts';
import { keyOf } from '../kube/object.ts';
import type { KubeClient, NamespacedName } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Redactor } from '../observability/redact.ts';
import type { Plugins } from '../plugins/types.ts';
import { startEndpoint } from './endpoint/server.ts';
import { createRateLimit } from './event/rate-limit.ts';
import { createFailureReports } from './failures.ts';
import { createGroups } from './groups/groups.ts';
import { createGroupStore } from './groups/store.ts';
import { type Accepted, createIntake } from './intake.ts';
import { labelLookup, readObject } from './objects.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { openOutboxJournal } from './outbox/place.ts';
import { createAccessCache } from './providers/cache.ts';
import { compileStatus } from './routing/compile-status.ts';
import { createSender } from './sending/sender.ts';
import { watchStatic } from './static-objects.ts';
import type { Report } from './types.ts';

export interface NotificationsOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'notifications' | 'eventHttp' | 'missedEvents' | 'deleted'>;
  readonly redactor: Redactor;
  readonly plugins: Plugins;
  /** Writes Kubernetes events about Alerts and Providers. They are not notified of themselves. */
  readonly events: Pick<EventRecorder, 'event'>;
  /** `--storage-path`; the outbox is in a hidden folder below. */
  readonly storagePath: string;
  /** Where other controllers post their events; nowhere without it. */
  readonly address?: Address | undefined;
  /** `--rate-limit-interval`. */
  readonly rateLimitIntervalMs: number;
  readonly noCrossNamespaceRefs: boolean;
  /** Alerts and Providers of this namespace only. */
  readonly namespace?: string | undefined;
  /** `--export-http-path-metrics`. */
  readonly exportHttpPaths: boolean;
  /** Gate ObjectLevelWorkloadIdentity. */
  readonly objectIdentity: boolean;
  /** Ends the watches. */
  readonly signal: AbortSignal;
}

/** Flux's notification-controller without its webhook receiver. */
export interface Notifications {
  /** Takes an event of this process in, as if it had been posted. */
  receive(event: FluxEvent): Promise<Accepted>;
  /** Port of the endpoint; undefined without one. */
  readonly port: number | undefined;
  /** Lets what is being sent come to its end for the time given; the rest is sent after the next start. */
  close(graceMs?: number): Promise<void>;
}

/** @throws FluxError FLUX_E_LISTEN when the endpoint cannot listen */
export async function startNotifications(options: NotificationsOptions): Promise<Notifications> {
  const { client, log, metrics, plugins, signal } = options;
  const report: Report = (about, event) => options.events.event(about, event);
  const watching = { ...options, report };
  let outbox: Outbox | undefined;
  const alerts = watchStatic<Alert>(Alert, watching);
  const providers = watchStatic<Provider>(Provider, watching, ({ type, object }) => {
    outbox?.hurry(keyOf(object));
    if (type === 'deleted') metrics.deleted(Provider.kind, keyOf(object));
  });
  const [journal] = await Promise.all([
    openOutboxJournal({ ...options, metrics: metrics.notifications }),
    alerts.start(signal),
    providers.start(signal),
  ]);
  const findAlert = (key: NamespacedName) => alerts.store.get(key);
  const findProvider = (key: NamespacedName) => providers.store.get(key);
  const tell = createFailureReports({ log, report, findAlert, findProvider });
  const access = createAccessCache(options);
  const { objectIdentity } = options;
  const send = createSender({
    plugins,
    report,
    findAlert,
    findProvider,
    access,
    compileStatus,
    objectIdentity,
  });
  outbox = createOutbox({
    journal,
    log,
    metrics: metrics.notifications,
    deliver: send,
    onFailure: tell,
  });
  const { add, hurry } = outbox;
  const groups = createGroups({
    store: createGroupStore(journal),
    read: readObject(client),
    log,
    findAlert,
    send: add,
    onGrouped: () => metrics.notifications.grouped(),
  });
  const intake = createIntake({
    ...options,
    rateLimit: createRateLimit({ intervalMs: options.rateLimitIntervalMs }),
    outbox,
    groups,
    labelsOf: labelLookup(client),
    report,
    alerts: () => alerts.store.list(),
    findProvider,
  });
  const stopListening = plugins.onChange((kind) => {
    if (kind === 'notifier') hurry();
  });
  const { address, exportHttpPaths: exportPaths } = options;
  const server = address
    ? await startEndpoint({ address, exportPaths, intake, log, metrics: metrics.eventHttp })
    : undefined;
  if (server) log.info('event server started', { port: server.port });
  return {
    receive: intake,
    port: server?.port,
    async close(graceMs = 5000) {
      stopListening();
      await server?.stop();
      await groups.close();
      await outbox.close(graceMs);
      await journal.close();
    },
  };
}
