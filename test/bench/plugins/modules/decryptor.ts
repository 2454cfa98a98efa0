import { decodeBase64, defineDecryptor, sha256 } from '@flux-host/sdk/typescript';

/** Unwraps with a mask that is made of the key: the shape of the work, not a cipher to use. */
export default defineDecryptor({
  name: 'bench-decryptor',
  version: '1.0.0',
  description: 'Unwraps a data key',
  requests: { secretKeys: ['token'] },
  decrypt({ key, secret }) {
    const mask = sha256(secret.bytes('token') ?? new Uint8Array());
    return { dataKey: decodeBase64(String(key['enc'])).map((byte, index) => byte ^ (mask[index] ?? 0)) };
  },
});
