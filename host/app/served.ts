import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../errors/text.ts';
import { KubeError } from '../kube/errors.ts';
import type { ApiResource, KubeClient } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { AppController } from './controllers/parts.ts';

/** How often a kind that is not installed is looked for. */
export const lookAgainMs = 30_000;

interface Cluster {
  readonly client: KubeClient;
  readonly log: Logger;
}

/** Whether the API server has a kind. */
export async function isServed(
  client: KubeClient,
  resource: ApiResource,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.resourceFor(resource, { signal });
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.noMatch) return false;
    throw error;
  }
}

/**
 * A controller of a kind that a cluster may lack, e.g. one that Flux does not have: the host starts without it, and the
 * controller begins once the kind is installed.
 */
export function whenServed(
  controller: AppController,
  resource: ApiResource,
  cluster: Cluster,
): AppController {
  let synced = false;
  return {
    ...controller,
    async sync(signal) {
      if (!(await isServed(cluster.client, resource, signal))) return;
      await controller.sync(signal);
      synced = true;
    },
    async run(signal, drain) {
      if (!synced) await waitUntilServed(cluster, resource, signal);
      if (signal.aborted) return;
      if (!synced) await controller.sync(signal);
      await controller.run(signal, drain);
    },
  };
}

async function waitUntilServed(
  { client, log }: Cluster,
  resource: ApiResource,
  signal: AbortSignal,
): Promise<void> {
  log.info('kind is not installed, its objects are reconciled once it is', { kind: resource.kind });
  while (!signal.aborted) {
    await sleep(lookAgainMs, undefined, { signal, ref: false }).catch(() => {});
    const served = await isServed(client, resource, signal).catch((error: unknown) => {
      if (!signal.aborted)
        log.debug('cannot look for a kind, trying again', { kind: resource.kind, error: errorText(error) });
      return false;
    });
    if (served) return;
  }
}
