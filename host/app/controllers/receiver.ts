import { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { parseOptionalAddress } from '../../http/address.ts';
import type { HttpServer } from '../../http/server.ts';
import { keyOf } from '../../kube/object.ts';
import { createTokenVerifier } from '../../receivers/oidc/verifier.ts';
import { PathIndex } from '../../receivers/path-index.ts';
import { startReceiverServer } from '../../receivers/server.ts';
import type { FindReceiver } from '../../receivers/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createReceiverReconciler } from '../../reconcile/receiver/reconciler.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'notification-controller';

/** Receivers and the server of their webhooks. */
export function receivers(parts: Parts): AppController {
  const { platform, services, wakeups } = parts;
  const events = parts.events(component);
  const paths = new PathIndex();
  const secretUsers = createSecretUsers<Receiver>({
    wakeups,
    secretsOf: ({ spec: { secretRef } }) => [secretRef],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<Receiver> = new Controller<Receiver>({
    ...commonOf(parts),
    name: 'receiver',
    fieldManager: component,
    resource: Receiver,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      paths.observe(event);
      secretUsers.observe(event);
    },
    reconciler: createReceiverReconciler({
      client: platform.client,
      redactor: platform.redactor,
      plugins: services.plugins,
    }),
  });
  services.plugins.onChange((kind, type) => {
    if (kind !== 'receiver') return;
    for (const object of controller.list()) if (object.spec.type === type) controller.enqueue(keyOf(object));
  });
  const find: FindReceiver = (path) => {
    const key = paths.find(path);
    return key && controller.get(key);
  };
  return {
    component,
    optional: Receiver,
    sync: (signal) => controller.sync(signal),
    async run(signal, drain) {
      const server = await startServer(parts, find);
      try {
        await controller.run(signal, drain);
      } finally {
        await server?.stop();
      }
    },
  };
}

async function startServer(
  { options, platform, services }: Parts,
  find: FindReceiver,
): Promise<HttpServer | undefined> {
  const address = parseOptionalAddress(options.notification.receiverAddress);
  if (!address) return undefined;
  const { client, redactor, log, metrics } = platform;
  const server = await startReceiverServer({
    address,
    find,
    client,
    redactor,
    plugins: services.plugins,
    tokens: createTokenVerifier({ egress: services.egress }),
    noCrossNamespaceRefs: options.noCrossNamespaceRefs,
    log,
    metrics: metrics.receiverHttp,
    exportPath: options.notification.exportHttpPaths,
  });
  log.info('webhook receiver server started', { port: server.port });
  return server;
}
