import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generate,
  type KeyObject,
  randomBytes,
  type ScryptOptions,
  scrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import Type from 'typebox';
import Value from 'typebox/value';
import { errorText } from '../errors/text.ts';
import { badKey, wrongPassword } from './errors.ts';
import type { SigningKey } from './types.ts';

const Encrypted = Type.Object({
  kdf: Type.Object({
    name: Type.Literal('scrypt'),
    params: Type.Object({ N: Type.Integer(), r: Type.Integer(), p: Type.Integer() }),
    salt: Type.String(),
  }),
  cipher: Type.Object({ name: Type.Literal('nacl/secretbox'), nonce: Type.String() }),
  ciphertext: Type.String(),
});

/** What cosign makes and takes; other costs would let a file stop the process. */
const costs: readonly number[] = [2 ** 15, 2 ** 16, 2 ** 17];
const standardCost = 2 ** 16;
const encryptedPem =
  /-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----([\s\S]+?)-----END ENCRYPTED \1 PRIVATE KEY-----/;

/** A new key pair in the files of `cosign generate-key-pair`. */
export interface KeyPairFiles {
  /** `cosign.key`: PEM, encrypted. */
  readonly privateKey: string;
  /** `cosign.pub`: PEM. */
  readonly publicKey: string;
}

/** Makes an ECDSA P-256 key pair; the private key is encrypted with the password, which may be empty. */
export async function generateKeyPair(password: string): Promise<KeyPairFiles> {
  const { privateKey, publicKey } = await promisify(generate)('ec', { namedCurve: 'prime256v1' });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const key = await derive(password, salt, standardCost);
  const json = JSON.stringify({
    kdf: { name: 'scrypt', params: { N: standardCost, r: 8, p: 1 }, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(xsalsa20poly1305(key, nonce).encrypt(der)).toString('base64'),
  });
  const lines =
    Buffer.from(json)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const name = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  return {
    privateKey: `-----BEGIN ${name}-----\n${lines.join('\n')}\n-----END ${name}-----\n`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/**
 * Reads a private key: one of cosign, encrypted (scrypt and NaCl's secretbox), or a plain ECDSA or RSA key in PEM.
 * @param name of the key, for messages
 * @throws FluxError FLUX_E_SIGNATURE_KEY, FLUX_E_SIGNATURE_PASSWORD
 */
export async function readPrivateKey(name: string, pem: string, password = ''): Promise<SigningKey> {
  const [, , body] = encryptedPem.exec(pem) ?? [];
  const privateKey = body === undefined ? plain(name, pem) : await decrypt(name, body, password);
  const { asymmetricKeyType: type } = privateKey;
  if (type !== 'ec' && type !== 'rsa') throw badKey(name, `keys of type ${type} cannot sign for cosign`);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function plain(name: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw badKey(name, `it is no private key in PEM (${errorText(error)})`);
  }
}

async function decrypt(name: string, body: string, password: string): Promise<KeyObject> {
  const value = parse(Buffer.from(body, 'base64').toString());
  if (!Value.Check(Encrypted, value)) throw badKey(name, 'it is damaged');
  const { kdf, cipher, ciphertext } = value;
  const { N, r, p } = kdf.params;
  const nonce = Buffer.from(cipher.nonce, 'base64');
  if (!costs.includes(N) || r !== 8 || p !== 1 || nonce.length !== 24)
    throw badKey(name, 'it is encrypted in a way that cosign does not use');
  const key = await derive(password, Buffer.from(kdf.salt, 'base64'), N);
  const der = open(key, nonce, Buffer.from(ciphertext, 'base64'));
  if (!der) throw wrongPassword(name);
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw badKey(name, 'there is no private key in it');
  }
}

function open(key: Buffer, nonce: Buffer, ciphertext: Buffer): Uint8Array | undefined {
  try {
    return xsalsa20poly1305(key, nonce).decrypt(ciphertext);
  } catch {
    return undefined;
  }
}

const deriveKey: (password: string, salt: Buffer, length: number, options: ScryptOptions) => Promise<Buffer> =
  promisify(scrypt);

/** On a thread of Node's pool: it takes a tenth of a second and 64 MiB. */
const derive = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  deriveKey(password, salt, 32, { N: cost, r: 8, p: 1, maxmem: 2 ** 28 });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
