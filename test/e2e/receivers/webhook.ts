import { createHmac } from 'node:crypto';
import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { World } from '../harness.ts';
import { isReady } from '../live.ts';

export const token = 'webhook-token-1';

/** A Secret with a token, watched as Flux watches Secrets: by its label. */
export function tokenSecret(namespace: string, value = token): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'token', namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    data: { token: Buffer.from(value).toString('base64') },
  };
}

/** A Receiver `hook` of GitHub's type for the GitRepository `app`, unless the spec says otherwise. */
export function receiver(namespace: string, spec: Partial<Receiver['spec']> = {}, name = 'hook'): Receiver {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name, namespace },
    spec: {
      type: 'github',
      secretRef: { name: 'token' },
      resources: [{ kind: 'GitRepository', name: 'app' }],
      ...spec,
    },
  };
}

/** A webhook as GitHub sends it. */
export interface GithubHook {
  readonly body?: object;
  readonly event?: string;
  /** That the request is signed with. */
  readonly key?: string;
}

export function github({ body = { ref: 'refs/heads/main' }, event = 'push', key = token }: GithubHook = {}) {
  const text = JSON.stringify(body);
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(text).digest('hex')}`,
    },
    body: text,
  };
}

/** Waits for a Receiver to be ready. @returns the URL of its webhook */
export async function hookUrl(world: World, namespace: string, name = 'hook'): Promise<string> {
  const object = await world.until(`Receiver/${namespace}/${name}`, 'to be ready', isReady);
  return `${world.host.webhookUrl}${String(object.status?.['webhookPath'])}`;
}

/** Sends a request. @returns its status */
export async function send(url: string, request: RequestInit = github()): Promise<number> {
  const answer = await fetch(url, request);
  await answer.arrayBuffer();
  return answer.status;
}

/** When an object was last asked to reconcile, as the annotation says. */
export async function requestOf(world: World, ref: string): Promise<string | undefined> {
  const { metadata } = await world.get(ref);
  return metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
}

/** Waits until the host has logged something: a line takes a moment to reach the file. */
export function logged(world: World, pattern: RegExp): Promise<void> {
  return world.eventually({ what: `the log to match ${pattern}` }, async () =>
    pattern.test(await world.host.logs()),
  );
}
