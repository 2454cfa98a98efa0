import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { namespace, webhook, webhookToken } from './objects.ts';
import type { World } from './world.ts';

const patienceMs = 30_000;

/** Sends what a Git server sends after a push. */
export interface Webhook {
  push(commit: string): Promise<void>;
}

/** Creates a Receiver and waits for the address that its webhooks go to. */
export async function createWebhook({ apply, client, host }: World): Promise<Webhook> {
  const token = randomBytes(16).toString('hex');
  await apply(webhookToken(token));
  await apply(webhook());
  const url = `${host.webhookUrl}${await pathOf(client)}`;
  return {
    async push(commit) {
      const body = JSON.stringify({ ref: 'refs/heads/main', after: commit });
      const signature = createHmac('sha256', token).update(body).digest('hex');
      const headers = {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${signature}`,
      };
      const { status } = await fetch(url, { method: 'POST', headers, body });
      if (status !== 200) throw new Error(`the webhook was answered with HTTP status ${status}`);
    },
  };
}

async function pathOf(client: World['client']): Promise<string> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const { status } = await client.get<Receiver>(Receiver, { namespace, name: 'pushes' });
    if (status?.webhookPath) return status.webhookPath;
    await sleep(20);
  }
  throw new Error('the Receiver got no path for its webhooks');
}
