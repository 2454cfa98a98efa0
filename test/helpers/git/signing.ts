import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './cli.ts';

/** A key of the real gpg or ssh-keygen that Git signs with. */
export interface SigningKey {
  readonly kind: 'openpgp' | 'ssh';
  /** As it goes into the Secret of `spec.verify`. */
  readonly publicKey: string;
  /** Configuration for `git -c …`: signs with this key. */
  readonly config: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The public key with its own revocation (OpenPGP). */
  revoked(): Promise<string>;
  close(): Promise<void>;
}

/** A folder of its own: gpg's socket wants a short path. */
function folder(): string {
  return mkdtempSync(join(tmpdir(), 'sig-'));
}

/** @param name part of the key's user ID */
export async function openPgpKey(name: string): Promise<SigningKey> {
  const home = folder();
  const env = { GNUPGHOME: home };
  const gpg = (args: readonly string[], input?: string) =>
    run('gpg', ['--batch', '--yes', '--quiet', ...args], { env, ...(input === undefined ? {} : { input }) });
  await gpg([
    '--passphrase',
    '',
    '--quick-gen-key',
    `${name} <${name}@example.com>`,
    'ed25519',
    'sign',
    'never',
  ]);
  const listed = await gpg(['--list-keys', '--with-colons']);
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
  return {
    kind: 'openpgp',
    publicKey: await gpg(['--armor', '--export', fingerprint]),
    config: ['-c', `user.signingkey=${fingerprint}`, '-c', 'gpg.format=openpgp'],
    env,
    async revoked() {
      const certificate = readFileSync(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
      // gpg writes a colon before the armour, so that nobody revokes by accident.
      await gpg(['--import'], certificate.replace(/^:(?=-----)/m, ''));
      return gpg(['--armor', '--export', fingerprint]);
    },
    async close() {
      await run('gpgconf', ['--kill', 'all'], { env }).catch(() => {});
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function sshSigningKey(type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519'): Promise<SigningKey> {
  const home = folder();
  mkdirSync(home, { recursive: true });
  const file = join(home, 'key');
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'ada@example.com', '-f', file]);
  const publicKey = readFileSync(`${file}.pub`, 'utf8');
  writeFileSync(join(home, 'allowed'), publicKey);
  return {
    kind: 'ssh',
    publicKey,
    config: ['-c', `user.signingkey=${file}`, '-c', 'gpg.format=ssh'],
    env: {},
    revoked: () => Promise.reject(new Error('SSH keys are revoked by taking them out')),
    close: async () => rmSync(home, { recursive: true, force: true }),
  };
}
