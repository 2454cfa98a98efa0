import { hmac as hmacOf } from '@noble/hashes/hmac.js';
import { sha1 as sha1Of } from '@noble/hashes/legacy.js';
import { sha256 as sha256Of, sha512 as sha512Of } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from './encoding.ts';

/** Hash functions for {@link hmac}. */
export type HashAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** Text counts as UTF-8. */
export type Data = string | Uint8Array;

const bytesOf = (data: Data) => (typeof data === 'string' ? encodeUtf8(data) : data);
const algorithms = { sha1: sha1Of, sha256: sha256Of, sha512: sha512Of } as const;

export const sha1 = (data: Data): Uint8Array => sha1Of(bytesOf(data));
export const sha256 = (data: Data): Uint8Array => sha256Of(bytesOf(data));
export const sha512 = (data: Data): Uint8Array => sha512Of(bytesOf(data));

/** HMAC, as webhooks are signed with. */
export function hmac(algorithm: HashAlgorithm, key: Data, message: Data): Uint8Array {
  return hmacOf(algorithms[algorithm], bytesOf(key), bytesOf(message));
}

/** Compares secrets such as signatures: how long it takes tells nothing about where they differ. */
export function constantTimeEqual(a: Data, b: Data): boolean {
  const left = bytesOf(a);
  const right = bytesOf(b);
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) {
    difference |= (left[index] ?? 0) ^ (right[index % Math.max(right.length, 1)] ?? 0);
  }
  return difference === 0;
}
