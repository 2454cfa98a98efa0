import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A P-256 key of a service. */
export interface ServiceKey {
  /** DER. */
  readonly publicKey: Buffer;
  /** SHA-256 of the public key: what logs are called. */
  readonly id: Buffer;
  sign(bytes: Uint8Array): Buffer;
}

export function createServiceKey(): ServiceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const der = derOf(publicKey);
  return {
    publicKey: der,
    id: createHash('sha256').update(der).digest(),
    sign: (bytes) => sign('sha256', bytes, privateKey),
  };
}

const derOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
