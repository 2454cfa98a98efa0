import { encodeUtf8 } from '@flux-host/sdk/typescript';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { opened } from './aead.ts';
import { type Stanza, unpadded } from './header.ts';
import type { Unwrap } from './identities.ts';

const label = encodeUtf8('age-encryption.org/v1/X25519');

/** Unwraps file keys of the recipient type X25519. */
export function x25519Identity(secret: Uint8Array): Unwrap {
  const recipient = x25519.getPublicKey(secret);
  return ({ type, arguments: [share = ''], body }: Stanza) => {
    if (type !== 'X25519') return undefined;
    const ephemeral = unpadded(share);
    if (ephemeral.length !== 32) return undefined;
    const salt = new Uint8Array([...ephemeral, ...recipient]);
    const key = hkdf(sha256, x25519.getSharedSecret(secret, ephemeral), salt, label, 32);
    return opened({ key, nonce: new Uint8Array(12), sealed: body });
  };
}
