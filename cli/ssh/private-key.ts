import { createPrivateKey, createPublicKey } from 'node:crypto';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { commandError } from '../command/errors.ts';
import type { KeyPair } from './generate.ts';
import { opens } from './key-password.ts';
import { authorizedKey, publicKeyBlob } from './public-key.ts';
import { sshReader } from './wire.ts';

/**
 * The key pair of a private key file: PEM (PKCS #1, PKCS #8, SEC 1) or OpenSSH's own format. The password is tried out, although
 * the public key can be read without it in the latter.
 * @throws FluxError FLUX_E_CLI_PRIVATE_KEY when the file is no key or the password does not fit; never with the key in it
 */
export function keyPairOf(pem: string, password: string): KeyPair {
  const openSsh = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(pem)?.[1];
  try {
    const key = openSsh
      ? openSshPublicKey(Buffer.from(openSsh, 'base64'), password)
      : publicKeyBlob(createPublicKey(createPrivateKey({ key: pem, passphrase: password || undefined })));
    return { privateKey: pem, publicKey: authorizedKey(key) };
  } catch (error) {
    if (error instanceof FluxError) throw error;
    if (!password && pem.includes('ENCRYPTED')) throw locked();
    throw commandError(
      'FLUX_E_CLI_PRIVATE_KEY',
      'the private key file is not a private key that SSH can use, or the password is wrong',
      'give a PEM or OpenSSH private key, and its password with --password',
    );
  }
}

function locked(): Error {
  return commandError(
    'FLUX_E_CLI_PRIVATE_KEY',
    'ssh: this private key is passphrase protected',
    'give its password with --password',
  );
}

// https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key
function openSshPublicKey(content: Buffer, password: string): { type: string; blob: Buffer } {
  const reader = sshReader(content);
  const magic = 'openssh-key-v1\0';
  if (reader.bytes(magic.length).toString('latin1') !== magic) throw new Error('not an OpenSSH key');
  const cipher = reader.string().toString();
  if (cipher !== 'none' && !password) throw locked();
  const kdf = reader.string().toString();
  const kdfOptions = reader.string();
  if (reader.uint32() !== 1) throw new Error('not exactly one key');
  const blob = reader.string();
  if (cipher !== 'none' && !opens({ cipher, kdf, kdfOptions, content: reader.string() }, password)) {
    throw new Error('another password');
  }
  return { type: sshReader(blob).string().toString(), blob };
}
