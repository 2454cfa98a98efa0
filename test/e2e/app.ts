import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { Change, Repository } from '../helpers/git-server.ts';
import type { World } from './harness.ts';

/** A namespace with a repository, a GitRepository `app` and a Kustomization `app`: what most tests look at. */
export interface App {
  readonly namespace: string;
  readonly repository: Repository & { readonly url: string };
  /** `GitRepository/<namespace>/app` */
  readonly source: string;
  /** `Kustomization/<namespace>/app` */
  readonly kustomization: string;
  /** The ref of an object in the namespace. */
  ref(kind: string, name: string): string;
  /** The revision of the branch's tip as Flux writes it. */
  revision(): Promise<string>;
  /** Commits, and asks for a reconcile of the source. @returns the revision */
  push(change: Change): Promise<string>;
}

export interface AppOptions {
  readonly files: NonNullable<Change['files']>;
  readonly source?: Partial<GitRepository['spec']>;
  readonly spec?: Partial<Kustomization['spec']>;
  /** Only the GitRepository. */
  readonly sourceOnly?: boolean;
}

let count = 0;

/** Makes the objects and does not wait for them. */
export async function createApp(world: World, options: AppOptions): Promise<App> {
  count += 1;
  // Others may count on while this one waits.
  const name = `app-${process.pid}-${count}`;
  const namespace = await world.cluster.namespace('app');
  const repository = await world.git.createRepository(name, options.files);
  await world.apply(gitRepository(namespace, { url: repository.url, ...options.source }));
  if (!options.sourceOnly) await world.apply(kustomization(namespace, options.spec));
  const source = `GitRepository/${namespace}/app`;
  const revision = async () => `main@sha1:${await repository.resolve('main')}`;
  return {
    namespace,
    repository,
    source,
    kustomization: `Kustomization/${namespace}/app`,
    ref: (kind, name) => `${kind}/${namespace}/${name}`,
    revision,
    async push(change) {
      await repository.commit(change);
      await world.request(source);
      return revision();
    },
  };
}

export function gitRepository(
  namespace: string,
  { name = 'app', ...spec }: Partial<GitRepository['spec']> & { url: string; name?: string },
): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { interval: '1h', ref: { branch: 'main' }, ...spec },
  };
}

export function kustomization(
  namespace: string,
  { name = 'app', ...spec }: Partial<Kustomization['spec']> & { name?: string } = {},
): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '1h',
      prune: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      ...spec,
    },
  };
}

/** YAML of a ConfigMap. */
export function configMap(name: string, data: Record<string, string> = { key: 'value' }): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })}\n`;
}

export interface DeploymentOptions {
  readonly image?: string;
  readonly replicas?: number;
  /** Its pods run and never turn ready. */
  readonly neverReady?: boolean;
}

/** YAML of a Deployment. */
export function deployment(name: string, options: DeploymentOptions = {}): string {
  const labels = { app: name };
  return `${JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          ...(options.neverReady ? { annotations: { 'local.flux-host.dev/pod': 'never-ready' } } : {}),
        },
        spec: { containers: [{ name: 'app', image: options.image ?? 'example.com/app:1.0.0' }] },
      },
    },
  })}\n`;
}
