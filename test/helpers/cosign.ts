import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cosignTool } from '../../scripts/setup/test-servers.ts';
import { binary } from './servers/binary.ts';

/** The real cosign, version 3, without its public services. */
export interface Cosign {
  /** Folder for keys and the like; it is cosign's working directory. */
  readonly dir: string;
  /** Runs it with these arguments. @returns what it wrote to both outputs @throws Error with that, when it fails */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Makes `<name>.key` and `<name>.pub` and returns their content. */
  keyPair(name: string, password?: string): Promise<{ privateKey: string; publicKey: string }>;
  /** Signs with a key as cosign 3 does (`bundle`), or as cosign 2 did (`legacy`). */
  sign(image: string, key: string, format?: 'bundle' | 'legacy'): Promise<void>;
  /** `cosign verify --key`. @throws Error with its message */
  verify(image: string, key: string): Promise<string>;
  close(): Promise<void>;
}

/** Password of the keys when nothing else is said. */
export const cosignPassword = 'correct horse battery staple';

/** Builds cosign unless that was done before, which takes some minutes. */
export async function startCosign(): Promise<Cosign> {
  const command = await binary(cosignTool);
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-cosign-'));
  const run: Cosign['run'] = async (args, env = {}) => {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], {
      cwd: dir,
      // It keeps what it knows of Sigstore in the home folder.
      env: { PATH: process.env['PATH'] ?? '', HOME: dir, COSIGN_PASSWORD: cosignPassword, ...env },
    });
    return `${stdout}${stderr}`;
  };
  const offline = ['--tlog-upload=false', '--use-signing-config=false', '--yes'];
  return {
    dir,
    run,
    async keyPair(name, password = cosignPassword) {
      await run(['generate-key-pair', '--output-key-prefix', name], { COSIGN_PASSWORD: password });
      const read = (extension: string) => readFile(join(dir, `${name}.${extension}`), 'utf8');
      return { privateKey: await read('key'), publicKey: await read('pub') };
    },
    async sign(image, key, format = 'bundle') {
      const how = format === 'legacy' ? ['--new-bundle-format=false'] : [];
      await run(['sign', '--key', `${key}.key`, ...offline, ...how, image]);
    },
    verify: (image, key) => run(['verify', '--key', `${key}.pub`, '--insecure-ignore-tlog', image]),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
