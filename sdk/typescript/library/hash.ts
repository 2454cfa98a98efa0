import { native } from '../runtime/native.ts';
import { encodeUtf8 } from './encoding.ts';

/** Hash functions for {@link hmac}. */
export type HashAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** Text counts as UTF-8. */
export type Data = string | Uint8Array;

type Bytes = Uint8Array<ArrayBuffer>;

const numbers = { sha1: 1, sha256: 256, sha512: 512 } as const;
const blockBytes = { sha1: 64, sha256: 64, sha512: 128 } as const;

const bytesOf = (data: Data) => (typeof data === 'string' ? encodeUtf8(data) : data);
const digest = (algorithm: HashAlgorithm, first: Data, second?: Data): Bytes =>
  native.digest(numbers[algorithm], bytesOf(first), second === undefined ? undefined : bytesOf(second));

export const sha1 = (data: Data): Bytes => digest('sha1', data);
export const sha256 = (data: Data): Bytes => digest('sha256', data);
export const sha512 = (data: Data): Bytes => digest('sha512', data);

/** HMAC (RFC 2104), as webhooks are signed with. */
export function hmac(algorithm: HashAlgorithm, key: Data, message: Data): Bytes {
  const block = new Uint8Array(blockBytes[algorithm]);
  const given = bytesOf(key);
  block.set(given.length > block.length ? digest(algorithm, given) : given);
  const inner = digest(
    algorithm,
    block.map((byte) => byte ^ 0x36),
    message,
  );
  return digest(
    algorithm,
    block.map((byte) => byte ^ 0x5c),
    inner,
  );
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
