import type { ReceiveResponse } from '@flux-host/sdk/contract/receiver.ts';
import {
  decodeBase64,
  decodeUtf8,
  defineReceiver,
  PluginError,
  type Webhook,
} from '@flux-host/sdk/typescript';
import { bearerToken } from '../receiver-common/bearer.ts';
import { checkShape, textAt } from '../receiver-common/shape.ts';

type Key = 'email' | 'audience';

const issuers = ['accounts.google.com', 'https://accounts.google.com'];

export default defineReceiver({
  name: 'receiver-gcr',
  type: 'gcr',
  requests: { secretKeys: ['email', 'audience'] },
  receive(webhook): ReceiveResponse {
    const email = required(webhook, 'email');
    const audience = required(webhook, 'audience');
    if (!webhook.claims) return { verify: { token: bearerToken(webhook), issuers, audiences: [audience] } };
    checkSender(webhook.claims, email);
    return { payload: eventOf(webhook.json()) };
  },
});

function required({ secret }: Webhook<Key>, key: Key): string {
  const value = secret.get(key);
  if (value) return value;
  throw new PluginError(`invalid secret data: required field '${key}' for GCR receiver`, {
    hint: 'the Secret holds the email of the service account that pushes, and the audience of its subscription',
  });
}

function checkSender(claims: Readonly<Record<string, unknown>>, email: string): void {
  if (claims['email'] !== email) {
    throw new PluginError(`token email is '${textAt(claims, 'email')}', want '${email}'`);
  }
  if (claims['email_verified'] !== true) throw new PluginError(`token email '${email}' is not verified`);
}

/** Pub/Sub wraps the registry's event: JSON in base64 in JSON. */
function eventOf(envelope: unknown): { action: string; digest: string; tag: string } {
  checkShape(envelope, { message: { data: 'string' } }, 'GCR');
  const event = parse(textAt(envelope, 'message', 'data'));
  checkShape(event, { action: 'string', digest: 'string', tag: 'string' }, 'GCR');
  return { action: textAt(event, 'action'), digest: textAt(event, 'digest'), tag: textAt(event, 'tag') };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(decodeUtf8(decodeBase64(data)));
  } catch (cause) {
    throw new PluginError('cannot decode GCR webhook body: message.data is not JSON in base64', { cause });
  }
}
