import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { type ReceiveRequest, ReceiveResponse } from '@flux-host/sdk/contract/receiver.ts';
import { Compile } from 'typebox/compile';
import { keyOf } from '../kube/object.ts';
import { badAnswer, requestRefused, tokenRefused } from './errors.ts';
import { checkClaims, expressionsOf } from './expressions.ts';
import { readReceiverSecret, type SecretData } from './secret.ts';
import type { Claims, ReceiverServices, Webhook, WebhookRequest } from './types.ts';

const answerSchema = Compile(ReceiveResponse);

type Answer = ReceiveResponse;
type Verify = Extract<Answer, { verify: unknown }>['verify'];

/** Senders give up after as long. */
const callTimeoutMs = 15_000;
const googleIssuers = ['accounts.google.com', 'https://accounts.google.com'];

/**
 * Asks the plugin of the Receiver's type whether a request is genuine, and checks a token for it if it says so.
 * @throws FluxError: what is wrong with the request, or with the plugin
 */
export async function validate(
  services: ReceiverServices,
  receiver: Receiver,
  { request, signal }: { request: WebhookRequest; signal: AbortSignal },
): Promise<Webhook> {
  const { spec } = receiver;
  const { namespace } = keyOf(receiver);
  const secret = spec.secretRef
    ? await readReceiverSecret(services, { namespace, name: spec.secretRef.name }, signal)
    : undefined;
  const ask = (claims?: Claims) => call(services, receiver, { request, secret, claims, signal });
  let claims: Claims | undefined;
  let answer = await ask();
  if ('verify' in answer) {
    claims = await verify(services, receiver, { check: answer.verify, signal });
    answer = await ask(claims);
    if ('verify' in answer) throw badAnswer(spec.type, 'a second token to verify');
  }
  // A plugin that let a request pass without a token must not open a Receiver that asks for one.
  if (spec.type === 'generic-oidc' && !claims) throw tokenRefused('the request carries no verified token');
  checkEvent(spec.events ?? [], answer.event);
  return {
    ...(spec.type === 'generic-oidc' && claims ? { claims } : {}),
    ...('payload' in answer ? { payload: answer.payload } : {}),
  };
}

async function call(
  { plugins }: ReceiverServices,
  receiver: Receiver,
  run: {
    request: WebhookRequest;
    secret: SecretData | undefined;
    claims: Claims | undefined;
    signal: AbortSignal;
  },
): Promise<Answer> {
  const { spec } = receiver;
  const { request, secret, claims, signal } = run;
  const key = keyOf(receiver);
  const input: Omit<ReceiveRequest, 'secret'> = {
    receiver: {
      ...key,
      type: spec.type,
      ...(spec.events ? { events: [...spec.events] } : {}),
      ...(spec.oidcProviders
        ? {
            oidcProviders: spec.oidcProviders.map(({ issuerURL, audience }) => ({
              issuerURL,
              ...(audience ? { audience } : {}),
            })),
          }
        : {}),
    },
    method: request.method,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, values]) => [name, [...values]])),
    body: request.body.toString('base64'),
    ...(claims ? { claims: { ...claims } } : {}),
  };
  const { output } = await plugins.call<unknown>({
    kind: 'receiver',
    type: spec.type,
    namespace: key.namespace,
    operation: 'receive',
    input,
    ...(secret ? { secret } : {}),
    limits: { timeoutMs: callTimeoutMs },
    signal,
  });
  if (!answerSchema.Check(output)) throw badAnswer(spec.type, 'something that the contract does not know');
  return output;
}

/** A plugin names issuers; the Receiver's author decides which are trusted. */
async function verify(
  { tokens }: ReceiverServices,
  receiver: Receiver,
  { check, signal }: { check: Verify; signal: AbortSignal },
): Promise<Claims> {
  const { oidcProviders = [], type } = receiver.spec;
  const trusted = oidcProviders.length > 0 ? oidcProviders.map(({ issuerURL }) => issuerURL) : googleIssuers;
  const issuers = check.issuers.filter((issuer) => trusted.includes(issuer));
  if (issuers.length === 0) throw badAnswer(type, `issuers that this Receiver does not trust`);
  const claims = await tokens.verify({ ...check, issuers, signal });
  const rules = expressionsOf(receiver).claims.get(String(claims['iss']));
  if (rules) checkClaims(rules, claims);
  return claims;
}

function checkEvent(wanted: readonly string[], event: string | undefined): void {
  if (wanted.length === 0 || event === undefined) return;
  const folded = event.toLowerCase();
  if (wanted.some((each) => each.toLowerCase() === folded)) return;
  throw requestRefused(`the event "${event}" is not authorised`, 'spec.events lists those that are');
}
