import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sopsTool } from '../../scripts/setup/test-servers.ts';
import { encodeBech32 } from './bech32.ts';
import { binary } from './servers/binary.ts';

/** The real sops. */
export interface Sops {
  /** Encrypts a file. @param args e.g. `--age`, a recipient @throws Error with what sops says */
  encrypt(content: string, format: SopsFormat, args: readonly string[], env?: Env): Promise<string>;
  /** Encrypts a file by a creation rule of `.sops.yaml`: what is below its `-`, but for the path. */
  encryptByRule(content: string, format: SopsFormat, rule: string, env?: Env): Promise<string>;
  /** Decrypts a file, with sops' own check of the MAC. */
  decrypt(content: string, formats: { from: SopsFormat; to?: SopsFormat }, identity: string): Promise<string>;
  close(): Promise<void>;
}

export type SopsFormat = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';
type Env = Readonly<Record<string, string>>;

/** Builds sops unless that was done before, which takes some minutes. */
export async function startSops(): Promise<Sops> {
  const command = await binary(sopsTool);
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-sops-'));
  let count = 0;
  const run = async (content: string, args: readonly string[], env: Env = {}) => {
    count += 1;
    const file = join(dir, `file-${count}`);
    await writeFile(file, content);
    const { stdout } = await promisify(execFile)(command, [...args, file], {
      cwd: dir,
      env: { HOME: dir, ...env },
      maxBuffer: 64 * 2 ** 20,
    });
    return stdout;
  };
  return {
    encrypt: (content, format, args, env) =>
      run(content, ['encrypt', '--input-type', format, '--output-type', format, ...args], env),
    async encryptByRule(content, format, rule, env) {
      count += 1;
      const config = join(dir, `rules-${count}.yaml`);
      await writeFile(config, `creation_rules:\n  - path_regex: .*\n    ${rule}\n`);
      const types = ['--input-type', format, '--output-type', format];
      return run(content, ['--config', config, 'encrypt', ...types], env);
    },
    decrypt: (content, { from, to = from }, identity) =>
      run(content, ['decrypt', '--input-type', from, '--output-type', to], { SOPS_AGE_KEY: identity }),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A new key of age, as age-keygen makes it. */
export function ageKey(): { recipient: string; identity: string } {
  const { privateKey } = generateKeyPairSync('x25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  return {
    recipient: encodeBech32('age', bytes(x)),
    identity: encodeBech32('age-secret-key-', bytes(d)).toUpperCase(),
  };
}
