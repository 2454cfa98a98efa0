import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';
import { request } from 'undici';
import { createWorld, type World, type WorldOptions } from '../harness.ts';
import { type Service, startService } from './service.ts';

/** A world with the probe notifier, and a service that it posts to. */
export interface Stage {
  readonly world: World;
  readonly service: Service;
  /** Folder of the host's files, the outbox among them; kept over restarts. */
  readonly dir: string;
  /** A namespace with a Provider `probe` that posts to the service. */
  namespace(spec?: Partial<Provider['spec']>): Promise<string>;
  close(): Promise<void>;
}

export async function createStage(options: WorldOptions = {}): Promise<Stage> {
  const temporary = await mkdtemp(join(tmpdir(), 'flux-host-notify-'));
  const plugins = join(temporary, 'plugins');
  const dir = join(temporary, 'host');
  await buildPlugin({
    entry: join(import.meta.dirname, 'probe-notifier.ts'),
    out: join(plugins, 'notifier-probe.wasm'),
  });
  const service = await startService();
  const world = await createWorld({ dir, pluginDirs: [plugins], ...options }).catch(
    async (error: unknown) => {
      await service.close();
      throw error;
    },
  );
  return {
    world,
    service,
    dir,
    async namespace(spec = {}) {
      const namespace = await world.cluster.namespace('notify');
      await world.apply(provider(namespace, { address: service.url, ...spec }));
      return namespace;
    },
    async close() {
      await world.close();
      await service.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

const apiVersion = 'notification.toolkit.fluxcd.io/v1beta3';

export function provider(namespace: string, spec: Partial<Provider['spec']>, name = 'probe'): Provider {
  return { apiVersion, kind: 'Provider', metadata: { name, namespace }, spec: { type: 'probe', ...spec } };
}

/** An Alert for everything that Kustomizations of its namespace have to say, unless the spec says otherwise. */
export function alert(namespace: string, spec: Partial<Alert['spec']> = {}, name = 'alert'): Alert {
  return {
    apiVersion,
    kind: 'Alert',
    metadata: { name, namespace },
    spec: {
      providerRef: { name: 'probe' },
      eventSources: [{ kind: 'Kustomization', name: '*' }],
      ...spec,
    },
  };
}

export function secret(namespace: string, name: string, data: Record<string, string>): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: Object.fromEntries(encoded),
  };
}

/** An event as another controller would post it. */
export function event(namespace: string, name: string, changes: Partial<FluxEvent> = {}): FluxEvent {
  return {
    involvedObject: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespace,
      name,
    },
    severity: 'error',
    timestamp: '2026-03-04T05:06:07Z',
    message: 'it broke',
    reason: 'BuildFailed',
    reportingController: 'kustomize-controller',
    ...changes,
  };
}

/** Posts an event. @returns the status */
export async function post(world: World, body: FluxEvent | string): Promise<number> {
  const answer = await request(world.host.eventsUrl, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  await answer.body.dump();
  return answer.statusCode;
}

/** What the service took about objects of a namespace. */
export function receivedFor({ received }: Service, namespace: string): Service['received'] {
  return received.filter(({ event: { involvedObject } }) => involvedObject.namespace === namespace);
}
