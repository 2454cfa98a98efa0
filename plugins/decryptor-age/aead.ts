import { chacha20poly1305 } from '@noble/ciphers/chacha.js';

/** What ChaCha20-Poly1305 sealed; undefined when the key is another or something was changed. */
export function opened(box: {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}): Uint8Array | undefined {
  if (box.sealed.length < 16) return undefined;
  try {
    return chacha20poly1305(box.key, box.nonce).decrypt(box.sealed);
  } catch {
    return undefined;
  }
}
