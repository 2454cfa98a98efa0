import { randomBytes } from 'node:crypto';
import { applyDefinitions } from '@flux-host/cli/testing/definitions.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { sharedCluster } from '../../helpers/cluster.ts';

/** The cluster that the commands talk to. */
export interface World {
  readonly kubeconfig: string;
  /** Directory of the control plane. */
  readonly dir: string;
  readonly client: KubeClient;
  /** Version of the API server without its `v`. */
  readonly serverVersion: string;
  /** A name for a namespace that no other case has. */
  newNamespace(): string;
}

/** A cluster, or why there is none: then only commands that need none can be checked. */
export type MaybeWorld = World | { readonly missing: string };

/** Starts (or joins) a cluster with the kinds of Flux. */
export async function openWorld(): Promise<{ readonly world: MaybeWorld; close(): Promise<void> }> {
  try {
    const cluster = await sharedCluster();
    const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
    await applyDefinitions(client);
    const { gitVersion } = await client.request<{ gitVersion: string }>('GET', '/version');
    return {
      world: {
        kubeconfig: cluster.kubeconfig,
        dir: cluster.dir,
        client,
        serverVersion: gitVersion.replace(/^v/, ''),
        newNamespace: () => `case-${randomBytes(4).toString('hex')}`,
      },
      async close() {
        await client.close();
        await cluster.stop();
      },
    };
  } catch (error) {
    return { world: { missing: errorText(error) }, async close() {} };
  }
}
