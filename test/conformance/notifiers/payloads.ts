import { createHmac, generateKeyPairSync } from 'node:crypto';
import { severityOf } from '@flux-host/plugins/notifier-pagerduty/payload.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { fail, type Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import { anEvent } from './constructors.ts';
import type { Notifiers } from './deliver.ts';

/** The transaction of Matrix is the hash of the event. */
export async function checkTransaction(
  notifiers: Notifiers,
  { event }: { event: FluxEvent },
  { sha1 }: { sha1: string },
): Promise<Outcome> {
  const config = { address: 'http://SERVER', channel: '!room', token: 'token' };
  const { requests } = await notifiers.deliver({ type: 'matrix', config, event });
  return compare(
    [sha1],
    requests.map(({ url }) => url.split('/').at(-1)),
  );
}

export function checkSeverity({ severity }: { severity: string }, { want }: { want: string }): Outcome {
  return compare(want, severityOf(severity));
}

/** @param index which of PagerDuty's requests is meant: the event, or the change */
export async function checkPagerDuty(
  notifiers: Notifiers,
  { event, index }: { event: FluxEvent; index: number },
  { want }: { want: { readonly routing_key?: string } },
): Promise<Outcome> {
  const config = { address: 'http://SERVER', channel: want.routing_key ?? '' };
  const { requests } = await notifiers.deliver({ type: 'pagerduty', config, event });
  return compare(want, requests[index]?.json());
}

export async function checkZulip(
  notifiers: Notifiers,
  { eventSeverity }: { eventSeverity: string },
  { expectedContent }: { expectedContent: string },
): Promise<Outcome> {
  const event: FluxEvent = {
    involvedObject: { kind: 'Kustomization', namespace: 'default', name: 'test-ks' },
    severity: eventSeverity,
    timestamp: null,
    message: 'Test event message',
    reason: 'Test',
    metadata: { key2: 'value2', key1: 'value1' },
    reportingController: 'kustomize-controller',
  };
  const config = { address: 'http://SERVER', channel: 'stream/topic', username: 'bot', password: 'key' };
  const { requests } = await notifiers.deliver({ type: 'zulip', config, event });
  const form = new URLSearchParams(requests[0]?.body);
  return compare(expectedContent, form.get('content'));
}

/** Addresses of connectors, for which Teams has another form of messages. */
const connector = 'https://example.webhook.office.com/webhook';

/** @param schema 0: the form of connectors, 1: that of workflows */
export async function checkTeamsPost(notifiers: Notifiers, { schema }: { schema: number }): Promise<Outcome> {
  const address = schema === 0 ? connector : 'https://prod.example.com/workflows/1';
  return checkTeams(notifiers, { url: address }, { wantSchema: schema });
}

export async function checkTeams(
  notifiers: Notifiers,
  { url }: { url: string },
  { wantSchema, wantErr }: { wantSchema?: number; wantErr?: boolean },
): Promise<Outcome> {
  const config = { address: url };
  const { requests, failure } = await notifiers.deliver({ type: 'msteams', config, event: anEvent });
  if (wantErr) return compare(true, failure !== undefined);
  if (failure) return fail(failure.message);
  const body = requests[0]?.json();
  const isCard = typeof body === 'object' && body !== null && '@type' in body;
  return compare(wantSchema, isCard ? 0 : 1);
}

/** A header of the user must not take the place of the signature. The event that was signed upstream is not part of the vectors. */
export async function checkForwarderPost(
  notifiers: Notifiers,
  { hmacKey }: { hmacKey?: string },
  { hmacHeader, xSigHeader }: { hmacHeader: string; xSigHeader: string },
): Promise<Outcome> {
  const config = {
    address: 'http://SERVER/',
    ...(hmacKey ? { token: hmacKey } : {}),
    ...(xSigHeader ? { headers: { 'X-Signature': xSigHeader } } : {}),
  };
  const type = hmacKey ? 'generic-hmac' : 'generic';
  const { requests } = await notifiers.deliver({ type, config, event: anEvent });
  const [request] = requests;
  const own = createHmac('sha256', hmacKey ?? '')
    .update(request?.body ?? '')
    .digest('hex');
  return compare(hmacHeader === '' ? undefined : `sha256=${own}`, request?.headers['x-signature']);
}

export interface PubSubPostInput {
  readonly event: FluxEvent;
  readonly publishErr?: { readonly error: string };
  readonly topicName?: string;
}

export interface PubSubPostExpected {
  readonly expectedEventPayload: string;
  readonly expectedErr?: { readonly error: string };
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const serviceAccount = JSON.stringify({
  type: 'service_account',
  client_email: 'flux@project.iam.gserviceaccount.com',
  private_key_id: '1',
  private_key: privateKey,
});

export async function checkPubSubPost(
  notifiers: Notifiers,
  { event, publishErr }: PubSubPostInput,
  { expectedEventPayload, expectedErr }: PubSubPostExpected,
): Promise<Outcome> {
  const { requests, failure } = await notifiers.deliver({
    type: 'googlepubsub',
    config: { address: 'projectID', channel: 'topicID', token: serviceAccount },
    event,
    respond: () => (publishErr ? { status: 400, body: publishErr.error } : { body: { messageIds: ['1'] } }),
  });
  if (
    !(failure?.message ?? '').includes(expectedErr?.error ?? '') ||
    Boolean(expectedErr) !== Boolean(failure)
  ) {
    return fail(`expected the error "${expectedErr?.error}", got "${failure?.message ?? 'none'}"`);
  }
  const { messages } = JSON.parse(requests[0]?.body ?? '{}');
  return compare(
    [Buffer.from(expectedEventPayload).toString('base64')],
    messages.map(({ data }: { data: string }) => data),
  );
}
