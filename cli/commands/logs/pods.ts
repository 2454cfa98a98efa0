import { listAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { deployments, partOfFlux, pods } from '../../cluster/resources.ts';
import { commandError } from '../../command/errors.ts';

/** A pod of Flux, and the container to read where it has several. */
export interface LogSource {
  readonly pod: string;
  readonly container?: string;
}

const controllerContainer = 'manager';

/**
 * One pod of each Deployment of Flux: one that runs, the youngest of those.
 * @throws FluxError when there is none
 */
export async function fluxPods(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<LogSource[]> {
  const { items } = await client.list(deployments, { namespace, labelSelector: partOfFlux, signal });
  const found = await Promise.all(
    items.map(async (deployment) => {
      const labels = recordAt(deployment, 'spec', 'template', 'metadata', 'labels') ?? {};
      const labelSelector = Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(',');
      const { items: candidates } = await client.list(pods, { namespace, labelSelector, signal });
      const [best] = candidates.toSorted(byUsefulness);
      return best ? [sourceOf(best)] : [];
    }),
  );
  const sources = found.flat();
  if (sources.length === 0) {
    throw commandError(
      'FLUX_E_CLI_NO_PODS',
      `no Flux pods found in namespace ${JSON.stringify(namespace)}`,
      'name the namespace of Flux with --flux-namespace',
    );
  }
  return sources;
}

function byUsefulness(a: KubeObject, b: KubeObject): number {
  const runs = (pod: KubeObject) => (stringAt(pod, 'status', 'phase') === 'Running' ? 0 : 1);
  const born = (pod: KubeObject) => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;
  return runs(a) - runs(b) || born(b) - born(a);
}

function sourceOf(pod: KubeObject): LogSource {
  const { name } = pod.metadata;
  return listAt(pod, 'spec', 'containers').length > 1
    ? { pod: name, container: controllerContainer }
    : { pod: name };
}
