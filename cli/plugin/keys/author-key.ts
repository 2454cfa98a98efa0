import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { generateKeyPair, readPrivateKey } from '@flux-host/host/signature/private-key.ts';
import { readPublicKey } from '@flux-host/host/signature/public-key.ts';
import type { PublicKey, SigningKey } from '@flux-host/host/signature/types.ts';
import type { Invocation } from '../../command/types.ts';
import type { Io } from '../../io.ts';
import { fluxHome } from '../folder.ts';
import { readInput } from '../wasm/module.ts';

type Context = Pick<Invocation, 'io' | 'log'>;

/** Protects private keys, as with cosign itself. */
const passwordVariable = 'COSIGN_PASSWORD';

/** The keys that plugins of this user are signed with, as cosign writes them. */
export function authorKeyFiles(env: Io['env']): { readonly privateKey: string; readonly publicKey: string } {
  const folder = join(fluxHome(env), 'keys');
  return { privateKey: join(folder, 'cosign.key'), publicKey: join(folder, 'cosign.pub') };
}

/** The user's own key to sign with; made, and told of, when there is none yet. */
export async function authorKey({ io, log }: Context): Promise<SigningKey> {
  const { privateKey, publicKey } = authorKeyFiles(io.env);
  const password = io.env[passwordVariable] ?? '';
  if (!existsSync(privateKey)) {
    const pair = await generateKeyPair(password);
    await mkdir(join(fluxHome(io.env), 'keys'), { recursive: true, mode: 0o700 });
    await writeFile(privateKey, pair.privateKey, { mode: 0o600, flag: 'wx' });
    await writeFile(publicKey, pair.publicKey, { flag: 'w' });
    log.generate(`generated a signing key: ${privateKey}`);
    log.generate(`give users the public key:  ${publicKey}`);
    if (!password)
      log.warning(`the key has no password: set ${passwordVariable} before the first use for one`);
  }
  return readPrivateKey(basename(privateKey), await readFile(privateKey, 'utf8'), password);
}

/** A key of `cosign generate-key-pair`, or a plain one in PEM. */
export async function keyInFile(file: string, { io }: Pick<Context, 'io'>): Promise<SigningKey> {
  const pem = (await readInput(file, io.cwd)).toString('utf8');
  return readPrivateKey(basename(file), pem, io.env[passwordVariable]);
}

/** A public key and its text. */
export interface PublicKeyFile {
  readonly key: PublicKey;
  readonly pem: string;
}

export async function publicKeyInFile(file: string, cwd: string): Promise<PublicKeyFile> {
  const pem = (await readInput(file, cwd)).toString('utf8');
  return { key: readPublicKey(basename(file), pem), pem };
}

/** The public half of the user's own key, if there is one. */
export async function authorPublicKey(io: Io): Promise<PublicKeyFile | undefined> {
  const { publicKey } = authorKeyFiles(io.env);
  return existsSync(publicKey) ? publicKeyInFile(publicKey, io.cwd) : undefined;
}
