import { createDecipheriv } from 'node:crypto';
import { pbkdf } from 'bcrypt-pbkdf';
import { commandError } from '../command/errors.ts';
import { sshReader } from './wire.ts';

/** How the private half of a key file is encrypted. */
export interface KeyEncryption {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Buffer;
  readonly content: Buffer;
}

/** Ciphers of OpenSSH that Go's SSH library, and so Flux, can read: their names for OpenSSL, and lengths of key and IV. */
const ciphers: Readonly<
  Record<string, { readonly name: string; readonly key: number; readonly iv: number }>
> = {
  'aes256-ctr': { name: 'aes-256-ctr', key: 32, iv: 16 },
  'aes256-cbc': { name: 'aes-256-cbc', key: 32, iv: 16 },
};

/** `ssh-keygen -a`; each takes tens of milliseconds. */
const maxRounds = 1024;

/**
 * Whether a password opens the private half of a key in OpenSSH's format: it begins with the same number twice.
 * @throws FluxError FLUX_E_CLI_PRIVATE_KEY for ciphers that Flux cannot use
 */
export function opens({ cipher, kdf, kdfOptions, content }: KeyEncryption, password: string): boolean {
  const how = ciphers[cipher];
  if (!how || kdf !== 'bcrypt') {
    throw commandError(
      'FLUX_E_CLI_PRIVATE_KEY',
      `the private key is encrypted with ${cipher}, which Flux cannot read`,
      'encrypt it anew: ssh-keygen -p -Z aes256-ctr -f <file>',
    );
  }
  const options = sshReader(kdfOptions);
  const [salt, rounds] = [options.string(), options.uint32()];
  if (rounds > maxRounds) throw new Error(`its password is derived in ${rounds} rounds`);
  const secret = Buffer.from(password);
  const derived = new Uint8Array(how.key + how.iv);
  if (pbkdf(secret, secret.length, salt, salt.length, derived, derived.length, rounds) !== 0) return false;
  const decipher = createDecipheriv(how.name, derived.subarray(0, how.key), derived.subarray(how.key));
  const start = decipher.setAutoPadding(false).update(content.subarray(0, 16));
  return start.length >= 8 && start.readUInt32BE(0) === start.readUInt32BE(4);
}
