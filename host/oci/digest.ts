import { createHash, type Hash } from 'node:crypto';
import { digestMismatch } from './errors.ts';

/** The algorithms of the OCI specification, with the length of their hex text. */
const algorithms: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** Whether a text is a digest that can be checked: `sha256:<hex>` or `sha512:<hex>`, lower case. */
export function isDigest(text: string): boolean {
  const [, algorithm = '', hex = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? [];
  return Object.hasOwn(algorithms, algorithm) && hex.length === algorithms[algorithm];
}

/** `sha256:<hex>` of bytes. */
export const sha256 = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Computes a digest with the algorithm of the one that is expected. */
export interface DigestCheck {
  update(bytes: Uint8Array): void;
  /** @throws FluxError FLUX_E_OCI_DIGEST when what came is something else */
  end(what: string): void;
}

export function digestCheck(expected: string): DigestCheck {
  const [algorithm = ''] = expected.split(':');
  const hash: Hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    end(what) {
      const actual = `${algorithm}:${hash.digest('hex')}`;
      if (actual !== expected) throw digestMismatch(what, expected, actual);
    },
  };
}
