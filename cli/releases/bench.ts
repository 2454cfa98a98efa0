import type { KubeClient } from '@flux-host/host/kube/types.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import type { Engine } from '../build/engine.ts';
import type { LocalSources } from '../build/local-sources.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Io } from '../io.ts';
import { renderingClient } from './client.ts';
import type { Future } from './future.ts';
import type { ReleaseBench } from './run.ts';
import { createSourceResolver } from './sources.ts';
import { startWorkshop } from './workshop.ts';

export interface BenchOptions {
  readonly engine: Engine;
  readonly cluster: Pick<Cluster, 'text'> & { readonly client: KubeClient };
  readonly redactor: Redactor;
  readonly future: Future;
  readonly locals: LocalSources;
  readonly env: Io['env'];
  readonly signal: AbortSignal;
}

/** Runs `work` with all that it takes to render releases as the host does. */
export async function withBench<R>(
  options: BenchOptions,
  work: (bench: ReleaseBench) => Promise<R>,
): Promise<R> {
  const { engine, cluster, redactor, future, locals, env, signal } = options;
  const client = renderingClient(cluster.client, { future, redactor });
  const workshop = await startWorkshop({ engine, cluster, client, redactor, env });
  try {
    const resolver = createSourceResolver({ client, future, locals, workshop });
    return await work({ workshop, resolver, client, redactor, signal });
  } finally {
    await workshop.close();
  }
}
