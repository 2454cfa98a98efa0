import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { authorizedKey, publicKeyBlob } from './public-key.ts';

export const keyAlgorithms = ['rsa', 'ecdsa', 'ed25519'] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

export const curves = ['p256', 'p384', 'p521'] as const;
export type Curve = (typeof curves)[number];

/** A key pair as Flux keeps it in Secrets: a PEM private key and an authorized_keys line. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export interface KeyOptions {
  readonly algorithm: KeyAlgorithm;
  readonly rsaBits: number;
  readonly curve: Curve;
}

/** A new key pair; the private key in PKCS #8. */
export function generateKeyPair(options: KeyOptions): KeyPair {
  const { privateKey, publicKey } = generate(options);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: authorizedKey(publicKeyBlob(publicKey)),
  };
}

function generate({ algorithm, rsaBits, curve }: KeyOptions): Record<'privateKey' | 'publicKey', KeyObject> {
  if (algorithm === 'rsa') return generateKeyPairSync('rsa', { modulusLength: rsaBits });
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: curve.replace('p', 'P-') });
}
