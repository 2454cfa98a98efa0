import { Bucket } from '@flux-host/crds/source/bucket.ts';
import { ExternalArtifact } from '@flux-host/crds/source/external-artifact.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { errorText } from '../errors/text.ts';
import { createReflector } from '../kube/reflector.ts';
import type { ApiResource, KubeClient } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { SourceObject } from '../reconcile/kustomization/source.ts';
import { watchFailures } from '../reconcile/watch-failures.ts';
import { isServed, lookAgainMs } from './served.ts';
import type { Sources } from './sources.ts';
import type { Wakeups } from './wakeups.ts';

const kinds: readonly ApiResource[] = [GitRepository, OCIRepository, Bucket, HelmChart, ExternalArtifact];

/** Sources that another controller reconciles, as far as their kinds are installed: their artifacts can be used all the same. */
export async function watchOtherSources(run: {
  client: KubeClient;
  wakeups: Wakeups;
  log: Logger;
  signal: AbortSignal;
  /** Where they are to be found from then on. */
  sources: Sources;
  /** Kinds that this host reconciles: it knows their objects already, but for those of other shards. */
  reconciled: ReadonlySet<string>;
  sharded: boolean;
}): Promise<void> {
  const watch = async (resource: ApiResource) => {
    if (!(await isServed(run.client, resource, run.signal))) return later(resource);
    const reflector = createReflector<SourceObject>({
      client: run.client,
      resource,
      onEvent: (event) => run.wakeups.sourceChanged(resource.kind, event),
      onError: watchFailures(run.log, resource.kind),
    });
    await reflector.start(run.signal);
    run.sources.add(resource.kind, (key) => reflector.store.get(key));
  };
  /** A kind that is installed while the host runs is found without a restart. */
  const later = (resource: ApiResource) => {
    const again = () =>
      watch(resource).catch((error: unknown) => {
        if (run.signal.aborted) return;
        run.log.debug('cannot look for a kind, trying again', {
          kind: resource.kind,
          error: errorText(error),
        });
        later(resource);
      });
    setTimeout(again, lookAgainMs).unref();
  };
  await Promise.all(kinds.filter(({ kind }) => run.sharded || !run.reconciled.has(kind)).map(watch));
}
