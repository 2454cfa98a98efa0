import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import type { ConnectedClient } from '@flux-host/host/kube/client.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { applyDefinitions } from './definitions.ts';
import { type FluxOptions, type FluxResult, flux } from './flux.ts';

/** A cluster with the kinds of Flux, and the command line that talks to it. */
export interface TestWorld {
  readonly client: ConnectedClient;
  /** Runs a command line, split at spaces. */
  flux(line: string, options?: FluxOptions): Promise<FluxResult>;
  close(): Promise<void>;
}

export async function joinCluster(kubeconfig: string): Promise<TestWorld> {
  const client = await clientFromKubeconfig({ kubeconfig });
  await applyDefinitions(client);
  return {
    client,
    flux: (line, options) => flux(line.split(' ').filter(Boolean), { kubeconfig, ...options }),
    close: () => client.close(),
  };
}

/** The cluster that tests share, which is left when the world is closed. */
export async function joinSharedCluster(): Promise<TestWorld & { readonly cluster: TestCluster }> {
  const cluster = await sharedCluster();
  const world = await joinCluster(cluster.kubeconfig);
  return {
    ...world,
    cluster,
    async close() {
      await world.close();
      await cluster.stop();
    },
  };
}

export function gitRepository(name: string, namespace: string, spec: object = {}): GitRepository {
  return {
    apiVersion: GitRepository.apiVersion,
    kind: GitRepository.kind,
    metadata: { name, namespace },
    spec: { url: 'https://example.com/repository', interval: '5m', ref: { branch: 'main' }, ...spec },
  };
}

export function kustomization(name: string, namespace: string, spec: object = {}): Kustomization {
  return {
    apiVersion: Kustomization.apiVersion,
    kind: Kustomization.kind,
    metadata: { name, namespace },
    spec: {
      interval: '5m',
      prune: true,
      path: './deploy',
      sourceRef: { kind: 'GitRepository', name },
      ...spec,
    },
  };
}
