import { decodeBase64Url, decodeUtf8, PluginError, type Webhook } from '@flux-host/sdk/typescript';

/**
 * The token of `Authorization: Bearer …`.
 * @throws PluginError when there is none
 */
export function bearerToken(webhook: Pick<Webhook<never>, 'header'>): string {
  const prefix = 'Bearer ';
  const header = webhook.header('authorization');
  const token = header?.startsWith(prefix) ? header.slice(prefix.length).trim() : undefined;
  if (token) return token;
  throw new PluginError(
    token === ''
      ? 'the Authorization header is missing a bearer token'
      : 'the Authorization header is missing or malformed',
    { hint: 'send Authorization: Bearer <token>' },
  );
}

/**
 * Who says to have issued a token. Nobody has checked that yet: it only tells where to look for the keys.
 * @throws PluginError when it is not a JSON Web Token
 */
export function issuerOf(token: string): string {
  const parts = token.split('.');
  const [, payload = ''] = parts;
  if (parts.length !== 3) throw new PluginError('failed to parse bearer token: token is not a JWT');
  const { iss } = claimsOf(payload);
  if (typeof iss === 'string' && iss !== '') return iss;
  throw new PluginError("failed to parse bearer token: token is missing the 'iss' claim");
}

function claimsOf(payload: string): { iss?: unknown } {
  try {
    const claims: unknown = JSON.parse(decodeUtf8(decodeBase64Url(payload)));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch (cause) {
    throw new PluginError('failed to parse bearer token: failed to decode token payload', { cause });
  }
}
