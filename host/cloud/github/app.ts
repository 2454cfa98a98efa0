import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { errorText } from '../../errors/text.ts';
import { appInvalid } from '../errors.ts';

/** A GitHub App and where it is installed. */
export interface GitHubApp {
  /** Without a slash at its end. */
  readonly api: string;
  readonly id: number;
  readonly key: KeyObject;
  readonly installation: { readonly id: number } | { readonly owner: string };
}

/** Entries of the Secret, as Flux has them. */
export type AppData = Readonly<Record<string, string | undefined>>;

const publicApi = 'https://api.github.com';

/** Clocks differ: GitHub refuses tokens of the future. Seconds. */
const clockDrift = 30;
const tokenLife = 120;

/**
 * Reads the Secret of a GitHub App.
 * @throws FluxError FLUX_E_CLOUD_APP in Flux's words
 */
export function gitHubAppOf(data: AppData): GitHubApp {
  const id = numberIn(data['githubAppID']);
  const installation = numberIn(data['githubAppInstallationID']);
  const owner = data['githubAppInstallationOwner']?.trim();
  const about = 'must be provided to use github app authentication';
  if (!id) throw appInvalid(`app ID ${about}`);
  if (!owner && !installation) throw appInvalid(`app installation owner or ID ${about}`);
  if (owner && installation) throw appInvalid(`only one of app installation owner or ID ${about}`);
  const pem = data['githubAppPrivateKey'];
  if (!pem) throw appInvalid(`private key ${about}`);
  const base = data['githubAppBaseURL']?.trim();
  return {
    id,
    key: keyOf(pem),
    api: base ? apiOf(base) : publicApi,
    installation: owner ? { owner } : { id: installation },
  };
}

/** The token by which an App says who it is. @param now milliseconds since 1970 */
export function appToken({ id, key }: GitHubApp, now: number): Promise<string> {
  const issued = Math.floor(now / 1000) - clockDrift;
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(String(id))
    .setIssuedAt(issued)
    .setExpirationTime(issued + tokenLife)
    .sign(key);
}

/** GitHub Enterprise has its API below a path, but at hosts that are there for the API only. */
function apiOf(base: string): string {
  const url = URL.parse(base);
  if (!url || !/^https?:$/.test(url.protocol))
    throw appInvalid('invalid API URL: githubAppBaseURL is no address');
  const address = base.replace(/\/+$/, '');
  const isApi = url.host.startsWith('api.') || url.host.includes('.api.') || address.endsWith('/api/v3');
  return isApi ? address : `${address}/api/v3`;
}

function keyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch (error) {
    // Node's messages name the format, never the content.
    throw appInvalid(`could not parse private key: ${errorText(error)}`);
  }
  throw appInvalid('could not parse private key: it is no RSA key');
}

function numberIn(text: string | undefined): number {
  return /^\s*\d{1,15}\s*$/.test(text ?? '') ? Number(text) : 0;
}
