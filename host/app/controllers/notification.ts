import { Alert } from '@flux-host/crds/notification/alert.ts';
import { parseOptionalAddress } from '../../http/address.ts';
import { type Notifications, startNotifications } from '../../notify/start.ts';
import type { AppController, Parts } from './parts.ts';

const component = 'notification-controller';

/** How long notifications may take to be sent when the process stops, ms; the rest is sent after the next start. */
const graceMs = 5000;

/** Alerts and Providers, which have no status, and the endpoint for events. */
export function notifications(parts: Parts): AppController {
  const { options, platform, services, onEvent } = parts;
  const { endpointAddress, rateLimitIntervalMs, exportHttpPaths, objectIdentity } = options.notification;
  let started: Notifications | undefined;
  return {
    component,
    optional: Alert,
    async sync(signal) {
      started = await startNotifications({
        ...platform,
        plugins: services.plugins,
        events: parts.events(component),
        storagePath: options.storage.path,
        address: parseOptionalAddress(endpointAddress),
        rateLimitIntervalMs,
        noCrossNamespaceRefs: options.noCrossNamespaceRefs,
        namespace: options.namespace,
        exportHttpPaths,
        objectIdentity,
        signal,
      });
      const { receive } = started;
      onEvent(async (event) => {
        const accepted = await receive(event);
        if (accepted.retryAfterMs === undefined) await accepted.kept;
      });
    },
    async run(signal) {
      if (signal.aborted) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
    close: async () => started?.close(graceMs),
  };
}
