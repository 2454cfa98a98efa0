import { constantTimeEqual, encodeUtf8, hmac, PluginError } from '@flux-host/sdk/typescript';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { opened } from './aead.ts';
import type { Header } from './header.ts';

const none = new Uint8Array();
const nonceBytes = 16;

/**
 * What an age file holds, given its file key. A data key fits into the first chunk.
 * @throws PluginError when the header or the payload was changed
 */
export function openPayload({ covered, mac, payload }: Header, fileKey: Uint8Array): Uint8Array {
  const macKey = hkdf(sha256, fileKey, none, encodeUtf8('header'), 32);
  if (!constantTimeEqual(hmac('sha256', macKey, covered), mac)) {
    throw new PluginError('the wrapped data key was changed: bad header MAC');
  }
  const salt = payload.subarray(0, nonceBytes);
  const key = hkdf(sha256, fileKey, salt, encodeUtf8('payload'), 32);
  // The counter is 0, and the last byte says that this is the last chunk.
  const nonce = new Uint8Array(12);
  nonce[11] = 1;
  const plain = opened({ key, nonce, sealed: payload.subarray(nonceBytes) });
  if (plain) return plain;
  throw new PluginError('the wrapped data key was changed: it cannot be decrypted with its file key');
}
