import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { ConnectedClient } from '@flux-host/host/kube/client.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { gvkOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { startCluster } from '../helpers/cluster.ts';
import { installDefinitions } from '../helpers/definitions.ts';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import type { RunningSystem, System } from './system.ts';
import { type Until, watchUntil } from './watch.ts';

export const namespace = 'flux-system';

/** A fresh control plane with Flux's kinds, a Git server, and one system at work on them. */
export interface Stage {
  /** Name of the system. */
  readonly name: string;
  readonly client: ConnectedClient;
  readonly git: GitServer;
  readonly system: RunningSystem;
  apply(objects: readonly KubeObject[]): Promise<void>;
  /** The API server's own metrics page. */
  serverMetrics(): Promise<string>;
  /** Of the Kustomizations of the cluster. */
  readonly until: Until<Kustomization>;
}

/** Sets the stage, runs the play, and clears everything away. A Git server that is given is used, and stays. */
export async function onStage<T>(
  system: System,
  play: (stage: Stage) => Promise<T>,
  shared: { readonly git?: GitServer } = {},
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-bench-'));
  const removeAtExit = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const cluster = await startCluster();
  const git = shared.git ?? (await startGitServer());
  const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  const stop = new AbortController();
  let running: RunningSystem | undefined;
  try {
    await install(client);
    running = await system.start(cluster.kubeconfig, dir);
    const apply = (objects: readonly KubeObject[]) => applyAll(client, objects);
    return await play({
      name: system.name,
      client,
      git,
      apply,
      system: running,
      serverMetrics: async () => String((await cluster.call('/metrics')).body),
      until: await watchUntil<Kustomization>(client, Kustomization, stop.signal),
    });
  } finally {
    stop.abort();
    await running?.stop();
    await client.close();
    if (!shared.git) await git.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
    process.off('exit', removeAtExit);
  }
}

export function readyOf(object: Kustomization) {
  return object.status?.conditions?.find(({ type }) => type === 'Ready');
}

export function isReady(object: Kustomization): boolean {
  return (
    readyOf(object)?.status === 'True' && object.status?.observedGeneration === object.metadata.generation
  );
}

/** What a Receiver does when a webhook comes in. */
export async function nudge({ client }: Stage): Promise<void> {
  await client.patch(
    GitRepository,
    { namespace, name: 'source-0' },
    { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } },
    { type: 'merge', fieldManager: 'bench' },
  );
}

async function install(client: ConnectedClient): Promise<void> {
  await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await installDefinitions(client);
}

/** Creates or updates many objects, 32 requests at once. */
async function applyAll(client: ConnectedClient, objects: readonly KubeObject[]): Promise<void> {
  const rest = [...objects];
  const worker = async () => {
    for (let object = rest.shift(); object; object = rest.shift()) {
      const resource = await client.resourceFor(gvkOf(object));
      await client.apply(resource, object, { fieldManager: 'bench', force: true });
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}
