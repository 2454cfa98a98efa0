import { setTimeout as sleep } from 'node:timers/promises';
import { kinds } from '@flux-host/crds/index.ts';
import type { ConnectedClient } from '@flux-host/host/kube/client.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { gvkOf, parseKey } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import type { Condition } from '@flux-host/host/reconcile/conditions.ts';
import { loadAll } from 'js-yaml';
import { type OwnCluster, startCluster } from '../helpers/cluster.ts';
import { installDefinitions } from '../helpers/definitions.ts';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { type HostOptions, type HostProcess, startHost } from '../helpers/host.ts';
import { condition, isReady, type Live, summaryOf } from './live.ts';

/** How long anything may take that happens by itself within a second or two. */
const patienceMs = 30_000;

export type WorldOptions = Partial<Omit<HostOptions, 'kubeconfig'>> & {
  /** The host is started by the test itself. */
  readonly withoutHost?: boolean;
  /** Nor are Flux's kinds installed. */
  readonly withoutDefinitions?: boolean;
};

/** Waits until a condition holds, by looking every 50 ms. */
export interface Until {
  readonly what: string;
  readonly timeoutMs?: number;
  /** Added to the failure message. */
  readonly state?: () => Promise<string> | string;
}

/** A cluster with Flux's kinds, a Git server, and the host in its own process. */
export class World {
  readonly cluster: OwnCluster;
  readonly client: ConnectedClient;
  readonly git: GitServer;
  readonly hosts: HostProcess[] = [];
  readonly #resources = new Map<string, ApiResource>();

  constructor(parts: { cluster: OwnCluster; client: ConnectedClient; git: GitServer }) {
    this.cluster = parts.cluster;
    this.client = parts.client;
    this.git = parts.git;
  }

  /** The host that was started last. */
  get host(): HostProcess {
    const host = this.hosts.at(-1);
    if (!host) throw new Error('no host was started');
    return host;
  }

  async startHost(options: Partial<Omit<HostOptions, 'kubeconfig'>> = {}): Promise<HostProcess> {
    const host = await startHost({ kubeconfig: this.cluster.kubeconfig, ...options });
    this.hosts.push(host);
    return host;
  }

  /** Applies objects, or YAML documents, as a user with kubectl would. */
  async apply(...objects: (KubeObject | string)[]): Promise<void> {
    for (const object of objects.flatMap(documents)) {
      const resource = await this.client.resourceFor(gvkOf(object));
      await this.client.apply(resource, object, { fieldManager: 'e2e', force: true });
    }
  }

  /** Merges a patch into an object, e.g. `patch('Kustomization/apps/web', { spec: { suspend: true } })`. */
  async patch(ref: string, patch: object, subresource?: 'status'): Promise<void> {
    const { resource, key } = await this.#resolve(ref);
    await this.client.patch(resource, key, patch, {
      type: 'merge',
      fieldManager: 'e2e',
      ...(subresource ? { subresource } : {}),
    });
  }

  async delete(ref: string): Promise<void> {
    const { resource, key } = await this.#resolve(ref);
    await this.client.delete(resource, key, { propagationPolicy: 'Background' });
  }

  /** An object by `Kind/namespace/name`, or `Kind/name` of a cluster-scoped one; undefined when there is none. */
  async find(ref: string): Promise<Live | undefined> {
    try {
      const { resource, key } = await this.#resolve(ref);
      return await this.client.get<Live>(resource, key);
    } catch (error) {
      if (isKube(error, 'notFound')) return undefined;
      throw error;
    }
  }

  /** @throws Error when there is no such object */
  async get(ref: string): Promise<Live> {
    const object = await this.find(ref);
    if (!object) throw new Error(`${ref} does not exist`);
    return object;
  }

  /** Waits until an object fulfils the condition. */
  async until(
    ref: string,
    what: string,
    holds: (object: Live) => boolean,
    timeoutMs = patienceMs,
  ): Promise<Live> {
    let last: Live | undefined;
    const state = () => `${ref}: ${summaryOf(last)}`;
    await this.eventually({ what: `${ref} ${what}`, timeoutMs, state }, async () => {
      last = await this.find(ref);
      return last !== undefined && holds(last);
    });
    if (!last) throw new Error(`${ref} does not exist`);
    return last;
  }

  /** Waits for Ready=True, at a revision if one is given. */
  ready(ref: string, revision?: string, timeoutMs?: number): Promise<Live> {
    const at = ({ status }: Live) => status?.lastAppliedRevision ?? status?.artifact?.revision;
    return this.until(
      ref,
      `to be ready${revision ? ` at ${revision}` : ''}`,
      (object) => isReady(object) && (!revision || at(object) === revision),
      timeoutMs,
    );
  }

  /** Waits for Ready=False with a reason and a message. */
  async failed(ref: string, reason: string, message: RegExp, timeoutMs?: number): Promise<Condition> {
    const fails = (object: Live) => {
      const ready = condition(object, 'Ready');
      return ready?.status === 'False' && ready.reason === reason && message.test(ready.message);
    };
    const object = await this.until(ref, `to fail with ${reason} and ${message}`, fails, timeoutMs);
    const ready = condition(object, 'Ready');
    if (!ready) throw new Error('it was there a moment ago');
    return ready;
  }

  gone(ref: string, timeoutMs?: number): Promise<void> {
    return this.eventually(
      {
        what: `${ref} to be gone`,
        ...(timeoutMs ? { timeoutMs } : {}),
        state: async () => summaryOf(await this.find(ref)),
      },
      async () => (await this.find(ref)) === undefined,
    );
  }

  /** @throws Error with what was waited for, the state, and the end of the host's log */
  async eventually(until: Until, holds: () => Promise<boolean> | boolean): Promise<void> {
    const deadline = Date.now() + (until.timeoutMs ?? patienceMs);
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(await this.#complaint(until));
      await sleep(50);
    }
  }

  /** Kubernetes Events about an object, oldest first. */
  async events(ref: string): Promise<Live[]> {
    const { resource, key } = await this.#resolve(ref);
    const { items } = await this.client.list<Live>(
      { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
      {
        namespace: key.namespace || 'default',
        fieldSelector: `involvedObject.name=${key.name},involvedObject.kind=${resource.kind}`,
      },
    );
    return items;
  }

  /** Asks for a reconcile as `flux reconcile` does. @returns the request, which comes back in `lastHandledReconcileAt` */
  async request(ref: string): Promise<string> {
    const requestedAt = new Date().toISOString();
    await this.patch(ref, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': requestedAt } } });
    return requestedAt;
  }

  /** For files in which each test has hosts of its own. */
  async stopHosts(): Promise<void> {
    await Promise.all(this.hosts.splice(0).map((host) => host.stop()));
  }

  async close(): Promise<void> {
    await this.stopHosts();
    await this.git.close();
    await this.client.close();
    await this.cluster.stop();
  }

  async #resolve(ref: string): Promise<{ resource: ApiResource; key: NamespacedName }> {
    const slash = ref.indexOf('/');
    const kind = ref.slice(0, slash);
    let resource = this.#resources.get(kind);
    if (!resource) {
      const known: readonly ApiResource[] = [...kinds, ...(await this.client.resources())];
      resource = known.find((each) => each.kind === kind);
      if (!resource) throw new Error(`the API server has no kind ${kind}`);
      this.#resources.set(kind, resource);
    }
    return { resource, key: parseKey(ref.slice(slash + 1)) };
  }

  async #complaint({ what, timeoutMs = patienceMs, state }: Until): Promise<string> {
    const running = this.hosts.filter(({ exited, exitCode }) => !exited || (exitCode ?? 0) > 0);
    const logs = await Promise.all(
      running.map(async (host) => {
        const log = await host.logs().catch(() => '');
        return `${host.exited ? 'exited host' : 'host'}:\n${log.slice(-3000)}`;
      }),
    );
    return `waited ${timeoutMs / 1000} s in vain for ${what}\n${state ? await state() : ''}\n${logs.join('\n')}`;
  }
}

/** Starts everything a test file needs. Close it in `test.after`. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const [cluster, git] = await Promise.all([startCluster(), startGitServer()]);
  const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  const world = new World({ cluster, client, git });
  try {
    const { withoutHost, withoutDefinitions, ...host } = options;
    if (!withoutDefinitions) await installDefinitions(client);
    if (!withoutHost) await world.startHost(host);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

function documents(source: KubeObject | string): KubeObject[] {
  if (typeof source !== 'string') return [source];
  return loadAll(source).filter(isObject);
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}
