import type { KeyObject } from 'node:crypto';
import { sshInteger, sshString } from './wire.ts';

const ecNames: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

/** A public key in SSH's wire form (RFC 4253, RFC 5656, RFC 8709). */
export function publicKeyBlob(key: KeyObject): { type: string; blob: Buffer } {
  const { kty, crv = '', n = '', e = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const bytes = (value: string) => Buffer.from(value, 'base64url');
  if (kty === 'RSA') return keyOf('ssh-rsa', sshInteger(bytes(e)), sshInteger(bytes(n)));
  if (kty === 'OKP' && crv === 'Ed25519') return keyOf('ssh-ed25519', sshString(bytes(x)));
  const name = ecNames[crv];
  if (kty !== 'EC' || !name) throw new Error(`keys of type ${kty} ${crv} cannot be used for SSH`);
  const point = Buffer.concat([Buffer.of(4), bytes(x), bytes(y)]);
  return keyOf(`ecdsa-sha2-${name}`, sshString(name), sshString(point));
}

function keyOf(type: string, ...parts: readonly Buffer[]): { type: string; blob: Buffer } {
  return { type, blob: Buffer.concat([sshString(type), ...parts]) };
}

/** A line of an authorized_keys file, with its line break. */
export function authorizedKey({ type, blob }: { type: string; blob: Buffer }): string {
  return `${type} ${blob.toString('base64')}\n`;
}
