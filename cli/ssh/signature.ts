import { createPublicKey, type KeyObject } from 'node:crypto';
import { sshReader } from './wire.ts';

/** What node:crypto needs to check a signature of SSH. */
export interface SignatureParts {
  readonly key: KeyObject | { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };
  /** Null where the algorithm has its own. */
  readonly hash: string | null;
  readonly bytes: Buffer;
}

const hashes: Readonly<Record<string, string | null>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ssh-rsa': 'sha1',
  'ssh-ed25519': null,
};

const curveSizes: Readonly<Record<string, { readonly crv: string; readonly bytes: number }>> = {
  nistp256: { crv: 'P-256', bytes: 32 },
  nistp384: { crv: 'P-384', bytes: 48 },
  nistp521: { crv: 'P-521', bytes: 66 },
};

/** @throws Error for algorithms that were not asked for */
export function signatureKey(hostKey: Buffer, signature: Buffer): SignatureParts {
  const reader = sshReader(signature);
  const algorithm = reader.string().toString();
  const content = reader.string();
  const hash = hashes[algorithm];
  if (hash === undefined) throw new Error(`the server signs with ${algorithm}`);
  const parts = sshReader(hostKey);
  const type = parts.string().toString();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  if (type === 'ssh-rsa') {
    const [e, n] = [withoutZero(parts.string()), withoutZero(parts.string())];
    return { key: jwk({ kty: 'RSA', e: text(e), n: text(n) }), hash, bytes: content };
  }
  if (type === 'ssh-ed25519') {
    return { key: jwk({ kty: 'OKP', crv: 'Ed25519', x: text(parts.string()) }), hash, bytes: content };
  }
  const curve = curveSizes[parts.string().toString()];
  if (!curve) throw new Error(`the server has a key of type ${type}`);
  const point = parts.string().subarray(1);
  const [x, y] = [point.subarray(0, curve.bytes), point.subarray(curve.bytes)];
  const numbers = sshReader(content);
  return {
    key: {
      key: jwk({ kty: 'EC', crv: curve.crv, x: text(x), y: text(y) }),
      dsaEncoding: 'ieee-p1363',
    },
    hash,
    bytes: Buffer.concat([fixed(numbers.string(), curve.bytes), fixed(numbers.string(), curve.bytes)]),
  };
}

function jwk(key: Record<string, string>): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

function withoutZero(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** An integer in exactly so many bytes. */
function fixed(bytes: Buffer, size: number): Buffer {
  const digits = withoutZero(bytes);
  return Buffer.concat([Buffer.alloc(Math.max(0, size - digits.length)), digits]);
}
