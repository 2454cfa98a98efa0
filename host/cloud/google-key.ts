import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { isRecord } from '../json.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { EgressGrant } from '../sandbox/types.ts';
import { badGoogleKey } from './errors.ts';
import { oauthExchange } from './request.ts';
import type { AccessToken } from './types.ts';

const cloud = 'Google Cloud';
const defaultTokenUri = 'https://oauth2.googleapis.com/token';
const assertionLife = 3600;

/**
 * An access token for the key of a service account (the JSON file that Google gives out).
 * @throws FluxError FLUX_E_CLOUD_…
 */
export async function googleKeyToken(
  egress: Egress,
  {
    json,
    scope,
    proxy,
    signal,
  }: { json: string; scope: string; proxy?: EgressGrant['proxy']; signal?: AbortSignal },
): Promise<AccessToken> {
  const { email, key, keyId, url } = serviceAccountOf(json);
  const issued = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId ? { kid: keyId } : {}) })
    .setIssuer(email)
    .setAudience(url)
    .setIssuedAt(issued)
    .setExpirationTime(issued + assertionLife)
    .sign(key);
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return oauthExchange(egress, { cloud, url, form, proxy }, signal);
}

function serviceAccountOf(json: string): { email: string; key: KeyObject; keyId: string; url: string } {
  const fields = parsed(json);
  const text = (name: string) => (typeof fields[name] === 'string' ? String(fields[name]) : '');
  if (text('type') !== 'service_account') {
    throw badGoogleKey(`its type is '${text('type')}' instead of 'service_account'`);
  }
  const url = text('token_uri') || defaultTokenUri;
  if (!URL.canParse(url)) throw badGoogleKey('its token_uri is no address');
  try {
    const key = createPrivateKey(text('private_key'));
    return { email: text('client_email'), key, keyId: text('private_key_id'), url };
  } catch {
    throw badGoogleKey('its private_key cannot be read');
  }
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch {
    // Said below; the parser's own words would repeat a part of it.
  }
  throw badGoogleKey('it is no JSON object');
}
