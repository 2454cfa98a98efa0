import { encodeBase64Url, encodeUtf8, type Secret } from '@flux-host/sdk/typescript';
import { invalid } from '../notifier-common/failure.ts';
import { type KeyPair, keyPairOf } from './nkey.ts';

/** Fields of the CONNECT message that prove who connects. */
export type Proof = Readonly<Record<string, string>>;

/** Proves who connects. @param nonce what the server wants to be signed; empty when it wants nothing */
export type Authentication = (nonce: string) => Proof;

type NatsSecret = Secret<'creds' | 'nkey' | 'username' | 'password'>;

/** Which of the ways to authenticate the Secret gives: credentials outweigh a key, and that outweighs user name and password. */
export function methodOf(secret: Pick<NatsSecret, 'get'>): 'creds' | 'nkey' | 'password' | 'none' {
  if (secret.get('creds')) return 'creds';
  if (secret.get('nkey')) return 'nkey';
  return secret.get('username')?.trim() && secret.get('password')?.trim() ? 'password' : 'none';
}

/**
 * How to authenticate; undefined when the Secret says nothing of it.
 * @throws PluginError for credentials or a key that are none
 */
export function authenticationOf(secret: NatsSecret): Authentication | undefined {
  switch (methodOf(secret)) {
    case 'creds': {
      const { jwt, key } = credentialsOf(secret.require('creds'));
      return (nonce) => ({ jwt, sig: signature(key, nonce) });
    }
    case 'nkey': {
      const key = keyPairOf(secret.require('nkey').trim(), 'error parsing nkey seed');
      return (nonce) => ({ nkey: key.publicKey, sig: signature(key, nonce) });
    }
    case 'password': {
      const user = secret.require('username').trim();
      const pass = secret.require('password').trim();
      return () => ({ user, pass });
    }
    default:
      return undefined;
  }
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
