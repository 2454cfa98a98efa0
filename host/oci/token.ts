import { createHash } from 'node:crypto';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Challenge } from './challenge.ts';
import type { Login } from './credentials.ts';
import { tokenRefused } from './errors.ts';
import { type ExchangeOptions, exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import type { Token } from './memory.ts';
import { refusal } from './refusal.ts';

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

export interface TokenRequest {
  readonly challenge: Bearer;
  readonly scopes: readonly string[];
  readonly login: Login | undefined;
  /** Host name of the registry. */
  readonly home: string;
  /** The registry itself is asked without TLS. */
  readonly plain: boolean;
  readonly signal?: AbortSignal | undefined;
}

const Answer = Type.Object({
  token: Type.Optional(Type.String()),
  access_token: Type.Optional(Type.String()),
  expires_in: Type.Optional(Type.Number()),
});

/** What the specification says for tokens without a time. */
const standardSeconds = 60;
const maxBytes = 64 * 1024;

/** Under what a token is kept. */
export function tokenKey({ challenge, scopes, login }: TokenRequest): string {
  const parts = [challenge.realm, challenge.service, [...scopes].sort(), login ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/**
 * Gets a token as the challenge says: by GET with the password, or by POST (OAuth 2) with an identity token.
 * @throws FluxError FLUX_E_OCI_TOKEN, or what the token server answered: FLUX_E_OCI_UNAUTHORIZED, …
 */
export async function fetchToken(options: ExchangeOptions, request: TokenRequest): Promise<Token> {
  const { challenge, login } = request;
  if (login?.kind === 'bearer') return { value: login.token, until: Number.POSITIVE_INFINITY };
  const realm = URL.parse(challenge.realm);
  if (!realm) throw tokenRefused(challenge.realm, 'it is no URL');
  if (realm.protocol !== 'https:' && !(request.plain && realm.protocol === 'http:'))
    throw tokenRefused(challenge.realm, 'it must be an https:// address, since passwords are sent to it');
  if (login?.kind !== 'identity') return ask(options, byPassword(realm, request), realm);
  const response = await exchange(options, byIdentity(realm, request, login.token));
  if (response.status !== 404) return tokenIn(response, byIdentity(realm, request, login.token), realm);
  // Some token servers have no OAuth 2.
  await response.drain();
  return ask(options, byPassword(realm, { ...request, login: tokenLogin(login.token) }), realm);
}

const tokenLogin = (token: string): Login => ({ kind: 'password', username: '<token>', password: token });

async function ask(options: ExchangeOptions, request: HttpRequest, realm: URL): Promise<Token> {
  return tokenIn(await exchange(options, request), request, realm);
}

function byPassword(realm: URL, { challenge, scopes, login, home, signal }: TokenRequest): HttpRequest {
  const url = new URL(realm);
  if (challenge.service !== '') url.searchParams.set('service', challenge.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers: [string, string][] = login?.kind === 'password' ? [['authorization', basic(login)]] : [];
  return { method: 'GET', url, home, headers, maxBytes, signal };
}

function byIdentity(
  realm: URL,
  { challenge, scopes, home, signal }: TokenRequest,
  token: string,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: challenge.service,
    scope: scopes.join(' '),
    client_id: 'flux-host',
    refresh_token: token,
  });
  return {
    method: 'POST',
    url: realm,
    home,
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    body: Buffer.from(form.toString()),
    maxBytes,
    signal,
  };
}

/** Value of `Authorization`. */
export const basic = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function tokenIn(response: HttpResponse, request: HttpRequest, realm: URL): Promise<Token> {
  const asked = Date.now();
  if (response.status !== 200) throw await refusal(response, request);
  const value = parse(await response.bytes());
  const token = Value.Check(Answer, value) ? value.access_token || value.token : undefined;
  if (!Value.Check(Answer, value) || !token)
    throw tokenRefused(`${realm.origin}${realm.pathname}`, 'there is none in its answer');
  const seconds = value.expires_in && value.expires_in > 0 ? value.expires_in : standardSeconds;
  // Renewed early: a token must not end on the way.
  return { value: token, until: asked + seconds * 900 };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
