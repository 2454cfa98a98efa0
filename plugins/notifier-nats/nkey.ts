import { ed25519 } from '@noble/curves/ed25519.js';
import { invalid } from '../notifier-common/failure.ts';
import { base32Decode, base32Encode } from './base32.ts';
import { crc16 } from './crc16.ts';

/** A key of NATS: Ed25519 in a notation of its own. */
export interface KeyPair {
  /** In the notation of NATS, e.g. `UA…`. */
  readonly publicKey: string;
  sign(message: Uint8Array): Uint8Array;
}

const seedPrefix = 18 << 3;
const seedBytes = 32;
const checksumBytes = 2;

/**
 * Reads a seed: two bytes that say of what, 32 bytes, and a checksum, in base32.
 * @throws PluginError that tells nothing of the seed
 */
export function keyPairOf(seed: string, problem: string): KeyPair {
  const raw = base32Decode(seed) ?? new Uint8Array();
  const body = raw.subarray(0, -checksumBytes);
  const [low = 0, high = 0] = raw.subarray(-checksumBytes);
  if (body.length !== seedBytes + 2 || crc16(body) !== (low | (high << 8))) {
    throw invalid(problem, 'the seed begins with SU and has 58 characters');
  }
  const [first = 0, second = 0] = body;
  if ((first & 0xf8) !== seedPrefix) throw invalid(problem, 'it is a public key: the seed begins with SU');
  const kind = ((first & 7) << 5) | (second >> 3);
  const secretKey = body.slice(2);
  const publicBody = Uint8Array.from([kind, ...ed25519.getPublicKey(secretKey)]);
  return {
    publicKey: base32Encode(withChecksum(publicBody)),
    sign: (message) => ed25519.sign(message, secretKey),
  };
}

function withChecksum(body: Uint8Array): Uint8Array {
  const checksum = crc16(body);
  return Uint8Array.from([...body, checksum & 0xff, checksum >> 8]);
}
