import { createHash } from 'node:crypto';
import { blake3 } from '@noble/hashes/blake3.js';
import { invalidDigest, unsupportedDigest } from './errors.ts';

/** Values of `--artifact-digest-algo`. */
export type DigestAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'blake3';

/** A running digest. */
export interface Digester {
  update(bytes: Uint8Array): void;
  /** `<algorithm>:<hex>`. */
  digest(): string;
}

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = {
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  blake3: 64,
};

const isAlgorithm = (name: string): name is DigestAlgorithm => Object.hasOwn(HEX_LENGTH, name);

/** @throws FluxError FLUX_E_ARTIFACT_DIGEST_ALGORITHM for names that Flux does not know */
export function digestAlgorithm(name: string): DigestAlgorithm {
  if (!isAlgorithm(name)) throw unsupportedDigest(name);
  return name;
}

/**
 * Checks a digest's form; bare hex means SHA-256, as in artifacts of old versions.
 * @throws FluxError FLUX_E_ARTIFACT_DIGEST
 */
export function parseDigest(digest: string): { algorithm: DigestAlgorithm; hex: string; text: string } {
  const [name = '', hex = ''] = digest.includes(':') ? digest.split(':', 2) : ['sha256', digest];
  if (!isAlgorithm(name) || hex.length !== HEX_LENGTH[name] || !/^[0-9a-f]+$/.test(hex))
    throw invalidDigest(digest);
  return { algorithm: name, hex, text: `${name}:${hex}` };
}

/** Node's OpenSSL has no BLAKE3, so that one is computed in JavaScript. */
export function createDigester(algorithm: DigestAlgorithm): Digester {
  const hash = algorithm === 'blake3' ? blake3.create() : createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => `${algorithm}:${Buffer.from(hash.digest()).toString('hex')}`,
  };
}
