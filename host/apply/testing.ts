/** What the tests of this folder share. */
import type { ConnectedClient } from '../kube/client.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import type { ApiResource, KubeClient, KubeObject } from '../kube/types.ts';
import { type Applier, createApplier } from './create-applier.ts';
import { ApplyError } from './errors.ts';
import type { ApplyOwner, ApplyRequest, ApplyResult } from './types.ts';

export const group = 'kustomize.toolkit.fluxcd.io';

export const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
export const secrets: ApiResource = { ...configMaps, kind: 'Secret', plural: 'secrets' };
export const services: ApiResource = { ...configMaps, kind: 'Service', plural: 'services' };

/** An applier and what it applies with. */
export interface OpenApplier {
  readonly client: ConnectedClient;
  readonly applier: Applier;
  readonly close: () => Promise<void>;
}

/** @param cluster is stopped along with the rest */
export async function openApplier(cluster: {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}): Promise<OpenApplier> {
  const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  const applier = createApplier();
  const close = async () => {
    applier.close();
    await client.close();
    await cluster.stop();
  };
  return { client, applier, close };
}

export function ownerOf(name: string): ApplyOwner {
  return { group, fieldManager: 'kustomize-controller', namespace: 'flux-system', name };
}

/** A client that notes what is asked of the API server; cached discovery is not. */
export interface CountingClient {
  readonly client: KubeClient;
  /** Takes the calls noted so far, e.g. `dry-run ConfigMap`. */
  take(): string[];
}

export function countCalls(client: KubeClient): CountingClient {
  let calls: string[] = [];
  const note = (verb: string, { kind }: ApiResource): void => {
    calls.push(`${verb} ${kind}`);
  };
  const counting: KubeClient = {
    ...client,
    get(resource, ...rest) {
      note('get', resource);
      return client.get(resource, ...rest);
    },
    getMetadata(resource, ...rest) {
      note('get', resource);
      return client.getMetadata(resource, ...rest);
    },
    list(resource, ...rest) {
      note('list', resource);
      return client.list(resource, ...rest);
    },
    patch(resource, ...rest) {
      note('patch', resource);
      return client.patch(resource, ...rest);
    },
    delete(resource, ...rest) {
      note('delete', resource);
      return client.delete(resource, ...rest);
    },
    watch(resource, ...rest) {
      note('watch', resource);
      return client.watch(resource, ...rest);
    },
    apply(resource, object, options) {
      note(options.dryRun ? 'dry-run' : 'apply', resource);
      return client.apply(resource, object, options);
    },
  };
  return {
    client: counting,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
  };
}

export function requestOf(
  client: KubeClient,
  objects: readonly KubeObject[],
  more: Partial<ApplyRequest> = {},
): ApplyRequest {
  return {
    owner: ownerOf('app'),
    client,
    objects,
    force: false,
    concurrency: 4,
    stageTimeoutMs: 30_000,
    signal: new AbortController().signal,
    ...more,
  };
}

/** `Kind:action` of every change. */
export function actions(result: Pick<ApplyResult, 'changes'>): string[] {
  return result.changes.map(({ object, action }) => `${object.kind}/${object.name} ${action}`);
}

export function configMap(
  namespace: string,
  name: string,
  {
    data = { a: 'b' },
    annotations,
  }: { data?: Record<string, string>; annotations?: Record<string, string> } = {},
): KubeObject {
  const metadata = { name, namespace, ...(annotations && { annotations }) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

export function deployment(namespace: string, name: string, more: Record<string, unknown> = {}): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'example.com/web:1', ports: [{ containerPort: 80 }] }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      ...more,
    },
  };
}

/** The error that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it was not rejected');
}

/** The same, of an applier. */
export async function rejection(promise: Promise<unknown>): Promise<ApplyError> {
  const error = await failureOf(promise);
  if (error instanceof ApplyError) return error;
  throw error;
}
