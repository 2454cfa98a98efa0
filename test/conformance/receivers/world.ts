import { toCustomResourceDefinition } from '@flux-host/crds/crd.ts';
import { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { ConnectedClient } from '@flux-host/host/kube/client.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { createLogger } from '@flux-host/host/observability/logger.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import type { ReceiverServices } from '@flux-host/host/receivers/types.ts';
import type { Egress } from '@flux-host/host/sandbox/egress/egress.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { startCluster } from '../../helpers/cluster.ts';

/** What the vectors are held against: a cluster, and the built plugins in the sandbox. */
export interface World {
  readonly client: ConnectedClient;
  readonly egress: Egress;
  readonly services: Omit<ReceiverServices, 'tokens' | 'noCrossNamespaceRefs'>;
  close(): Promise<void>;
}

/** @param pluginsDir folder of the built plugins */
export async function openWorld(pluginsDir: string): Promise<World> {
  const cluster = await startCluster();
  const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  await installLooseReceivers(client);
  const egress = createEgress();
  const sandbox = createSandbox({ egress });
  const failures: Error[] = [];
  const plugins = await createPlugins({
    sandbox,
    dirs: [pluginsDir],
    onError: (error) => failures.push(error),
  });
  if (failures[0]) throw failures[0];
  const redactor = createRedactor();
  // Refusals are part of the cases.
  const log = createLogger({ redactor, destination: { write: () => {} } });
  return {
    client,
    egress,
    services: { client, redactor, plugins, log },
    async close() {
      plugins.close();
      await sandbox.close();
      await egress.close();
      await client.close();
      await cluster.stop();
    },
  };
}

/** The vectors have Receivers that no API server would take: without a type, or with an empty name. */
async function installLooseReceivers(client: ConnectedClient): Promise<void> {
  const definition = toCustomResourceDefinition(Receiver);
  const [version] = definition.spec.versions;
  if (!version) throw new Error('the kind has no version');
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const loose = {
    ...definition,
    spec: { ...definition.spec, versions: [{ ...version, schema: { openAPIV3Schema: anything } }] },
  };
  const resource = await client.resourceFor({
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
  });
  await client.create(resource, loose);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.list(Receiver);
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
