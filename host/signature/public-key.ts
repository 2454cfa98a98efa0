import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { errorText } from '../errors/text.ts';
import { badKey } from './errors.ts';
import type { PublicKey } from './types.ts';

/** Hashes that cosign uses with a curve: SHA-256 with all, newer versions the one of the curve's size. */
const curveHashes: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha256', 'sha384'],
  secp521r1: ['sha256', 'sha512'],
};

/**
 * Reads a PEM public key: ECDSA (P-256, P-384, P-521), Ed25519 or RSA with at least 2048 bits.
 * @param name of the key, for messages
 * @throws FluxError FLUX_E_SIGNATURE_KEY
 */
export function readPublicKey(name: string, pem: string): PublicKey {
  if (/PRIVATE KEY-----/.test(pem)) throw badKey(name, 'it is a private key, which nobody else should have');
  const key = parse(name, pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (type === 'ec' && !Object.hasOwn(curveHashes, details.namedCurve ?? ''))
    throw badKey(name, `its curve ${details.namedCurve} is not supported`);
  if (type === 'rsa' && (details.modulusLength ?? 0) < 2048)
    throw badKey(name, `${details.modulusLength} bits are too few for RSA`);
  if (type !== 'ec' && type !== 'rsa' && type !== 'ed25519')
    throw badKey(name, `keys of type ${type} are not supported`);
  return { name, key };
}

function parse(name: string, pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw badKey(name, `it is no public key in PEM (${errorText(error)})`);
  }
}

/** Whether a signature over the bytes was made with the key. */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return verify(null, bytes, key, signature);
  const hashes = type === 'ec' ? (curveHashes[details?.namedCurve ?? ''] ?? []) : ['sha256'];
  return hashes.some((hash) => verify(hash, bytes, key, signature));
}

/** What bundles say about the key that made them: the base64 of the SHA-256 of its DER form. */
export function keyHint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
