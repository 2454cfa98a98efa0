import { appName } from '@flux-host/deploy/install/labels.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { follow } from '../../cluster/follow.ts';
import { pods } from '../../cluster/resources.ts';
import type { Removal } from './remove.ts';

/** The process may take that long to finish what it has begun. */
const maxWaitMs = 90_000;

/** Resolves when our pods are gone: while one runs it would put finalizers back, and prune what was to be kept. */
export async function podsStopped({ client, namespace, signal }: Removal): Promise<void> {
  const gone = new AbortController();
  const left = new Set<string>();
  const check = (): void => {
    if (left.size === 0) gone.abort();
  };
  await follow<KubeObject>({
    client,
    resource: pods,
    namespace,
    labelSelector: `app=${appName}`,
    signal: AbortSignal.any([signal, gone.signal, AbortSignal.timeout(maxWaitMs)]),
    onEvent({ type, object }) {
      if (type === 'deleted') left.delete(object.metadata.name);
      else left.add(object.metadata.name);
      if (type === 'deleted') check();
    },
    onSynced: check,
  });
  signal.throwIfAborted();
}
