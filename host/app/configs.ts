import { createReflector } from '../kube/reflector.ts';
import type { ApiResource, KubeClient } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import { watchFailures } from '../reconcile/watch-failures.ts';
import type { Wakeups } from './wakeups.ts';

/** ConfigMaps and Secrets with the watch label (`--watch-configs-label-selector`); only their metadata is held. */
export async function watchConfigs(run: {
  client: KubeClient;
  selector: string;
  wakeups: Wakeups;
  log: Logger;
  signal: AbortSignal;
}): Promise<void> {
  const kinds = [
    ['ConfigMap', 'configmaps'],
    ['Secret', 'secrets'],
  ] as const;
  await Promise.all(
    kinds.map(async ([kind, plural]) => {
      const resource: ApiResource = { group: '', version: 'v1', kind, plural, namespaced: true };
      let synced = false;
      const reflector = createReflector({
        client: run.client,
        resource,
        labelSelector: run.selector,
        metadataOnly: true,
        onError: watchFailures(run.log, kind),
        onEvent: ({ object }) => {
          if (synced) run.wakeups.configChanged(kind, object);
        },
      });
      await reflector.start(run.signal);
      synced = true;
    }),
  );
}
