import { encodeUtf8 } from '@flux-host/sdk/typescript';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { opened } from './aead.ts';
import { type Stanza, unpadded } from './header.ts';
import type { Unwrap } from './identities.ts';

const info = encodeUtf8('age-encryption.org/mlkem768x25519');
/** HPKE with the KEM MLKEM768-X25519, HKDF-SHA256 and ChaCha20-Poly1305. */
const suite = new Uint8Array([...encodeUtf8('HPKE'), 0x64, 0x7a, 0, 1, 0, 3]);
const none = new Uint8Array();

/** Unwraps file keys of age's post-quantum recipients (mlkem768x25519). */
export function hybridIdentity(seed: Uint8Array): Unwrap {
  return ({ type, arguments: [share = ''], body }: Stanza) => {
    if (type !== 'mlkem768x25519') return undefined;
    const encapsulated = unpadded(share);
    if (encapsulated.length !== 1120) return undefined;
    // Another key gives another secret here, and fails below.
    return opened({ ...schedule(ml_kem768_x25519.decapsulate(encapsulated, seed)), sealed: body });
  };
}

/** The key schedule of RFC 9180 in base mode. */
function schedule(shared: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const context = new Uint8Array([
    0,
    ...labeledExtract(none, 'psk_id_hash', none),
    ...labeledExtract(none, 'info_hash', info),
  ]);
  const secret = labeledExtract(shared, 'secret', none);
  return {
    key: labeledExpand(secret, 'key', { context, length: 32 }),
    nonce: labeledExpand(secret, 'base_nonce', { context, length: 12 }),
  };
}

const hpke = encodeUtf8('HPKE-v1');

function labeledExtract(salt: Uint8Array, label: string, material: Uint8Array): Uint8Array {
  return extract(sha256, new Uint8Array([...hpke, ...suite, ...encodeUtf8(label), ...material]), salt);
}

function labeledExpand(
  secret: Uint8Array,
  label: string,
  { context, length }: { context: Uint8Array; length: number },
): Uint8Array {
  const labeled = new Uint8Array([0, length, ...hpke, ...suite, ...encodeUtf8(label), ...context]);
  return expand(sha256, secret, labeled, length);
}
