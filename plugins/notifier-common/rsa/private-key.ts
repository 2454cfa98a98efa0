import { decodeBase64 } from '@flux-host/sdk/typescript';
import { contentOf, elementsOf, integerOf, tags } from './der.ts';

/** What is needed of an RSA key to sign. */
export interface PrivateKey {
  readonly n: bigint;
  readonly d: bigint;
}

const pem = /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (RSA )?PRIVATE KEY-----/;

/**
 * Reads a key of PKCS #1 (`BEGIN RSA PRIVATE KEY`) or PKCS #8 (`BEGIN PRIVATE KEY`).
 * @throws Error that tells nothing of the key
 */
export function privateKeyOf(text: string): PrivateKey {
  const [, pkcs1, base64] = pem.exec(text) ?? [];
  if (base64 === undefined) throw new Error('it is no PEM with an RSA private key');
  try {
    const der = decodeBase64(base64.replace(/\s/g, ''));
    return keyOf(pkcs1 ? der : wrapped(der));
  } catch {
    throw new Error('it is damaged, or no RSA key');
  }
}

/** The key inside PKCS #8: version, algorithm, key. */
function wrapped(der: Uint8Array): Uint8Array {
  const [outer] = elementsOf(der);
  const [, , key] = elementsOf(contentOf(outer, tags.sequence));
  return contentOf(key, tags.octetString);
}

/** Version, modulus, public exponent, private exponent, and what is not used here. */
function keyOf(der: Uint8Array): PrivateKey {
  const [outer] = elementsOf(der);
  const [, n, , d] = elementsOf(contentOf(outer, tags.sequence));
  const key = { n: integerOf(n), d: integerOf(d) };
  if (key.n === 0n || key.d === 0n) throw new RangeError('it has no numbers');
  return key;
}
