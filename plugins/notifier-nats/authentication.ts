import { encodeBase64Url, encodeUtf8, type Secret } from '@flux-host/sdk/typescript';
import { invalid } from '../notifier-common/failure.ts';
import { type KeyPair, keyPairOf } from './nkey.ts';

/** Fields of the CONNECT message that prove who connects. */
export type Proof = Readonly<Record<string, string>>;

/** Proves who connects. @param nonce what the server wants to be signed; empty when it wants nothing */
export type Authentication = (nonce: string) => Proof;

/**
 * How to authenticate: with credentials (JWT and key), else a key, else user name and password.
 * @throws PluginError for a key that is none
 */
export function authenticationOf(
  secret: Secret<'creds' | 'nkey' | 'username' | 'password'>,
): Authentication | undefined {
  const creds = secret.get('creds');
  if (creds) {
    const { jwt, key } = credentialsOf(creds);
    return (nonce) => ({ jwt, sig: signature(key, nonce) });
  }
  const seed = secret.get('nkey');
  if (seed) {
    const key = keyPairOf(seed.trim(), 'error parsing nkey seed');
    return (nonce) => ({ nkey: key.publicKey, sig: signature(key, nonce) });
  }
  const username = secret.get('username')?.trim();
  const password = secret.get('password')?.trim();
  return username && password ? () => ({ user: username, pass: password }) : undefined;
}

/** A block of a file of credentials: `-----BEGIN NATS USER JWT-----` and so on. */
const block = /-{3,}[^\n]*-{3,}\s*\n(.+?)\n\s*-{3,}[^\n]*-{3,}/gs;

function credentialsOf(text: string): { jwt: string; key: KeyPair } {
  const [jwt, seed] = [...text.matchAll(block)].map(([, content = '']) => content.trim());
  if (!jwt || !seed) {
    throw invalid(
      'the credentials have no JWT and seed',
      'put the whole file of credentials into the key creds of the Secret',
    );
  }
  return { jwt, key: keyPairOf(seed, 'the seed in the credentials is wrong') };
}

function signature(key: KeyPair, nonce: string): string {
  return encodeBase64Url(key.sign(encodeUtf8(nonce)));
}
