import { readFile } from 'node:fs/promises';
import { errorText } from '@flux-host/host/errors/text.ts';
import { secrets } from '../../cluster/resources.ts';
import { commandError } from '../../command/errors.ts';
import type { FlagValues, Invocation } from '../../command/types.ts';
import { confirm } from '../../prompt.ts';
import {
  type Curve,
  curves,
  generateKeyPair,
  type KeyAlgorithm,
  type KeyPair,
  keyAlgorithms,
} from '../../ssh/generate.ts';
import { keyPairOf } from '../../ssh/private-key.ts';
import { scanHostKey } from '../../ssh/scan.ts';
import { upsert } from './upsert.ts';

/**
 * Puts the credentials that the flags give into a Secret of the source's name; for SSH a key pair is generated when there is
 * none, and the server's key is asked for.
 * @returns the name of the Secret; undefined when no credentials are needed
 */
export async function configureCredentials(
  name: string,
  url: URL,
  invocation: Invocation,
): Promise<string | undefined> {
  const { log, namespace } = invocation;
  const stringData = await (url.protocol === 'ssh:' ? sshData(url, invocation) : httpData(url, invocation));
  if (Object.keys(stringData).length === 0) return undefined;
  log.action('applying secret with repository credentials');
  await upsert(
    secrets,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData },
    invocation,
  );
  log.success('authentication configured');
  return name;
}

async function httpData(url: URL, { flags, log }: Invocation): Promise<Record<string, string>> {
  const username = flags.text('username');
  const password = flags.text('password');
  const caFile = flags.text('ca-file');
  const isPlain = url.protocol === 'http:';
  if (isPlain && username && password) {
    log.warning('insecure configuration: credentials configured for an HTTP URL');
  }
  return {
    ...(username && password && { username, password }),
    ...(caFile && !isPlain && { 'ca.crt': await fileText(caFile, 'unable to read TLS CA file') }),
  };
}

async function sshData(url: URL, { flags, log, io, signal }: Invocation): Promise<Record<string, string>> {
  const password = flags.text('password');
  const username = flags.text('username');
  // Flux takes these for basic authentication whatever the scheme.
  if (username && password) return { username, password };
  const pair = await keyPair(flags, password);
  const knownHosts = await scanHostKey(url.host, signal);
  log.success(`collected public key from SSH server:\n${knownHosts}`);
  log.generate(`deploy key: ${pair.publicKey}`);
  if (!flags.is('silent')) await confirm('Have you added the deploy key to your repository', io);
  return {
    identity: pair.privateKey,
    'identity.pub': pair.publicKey,
    known_hosts: knownHosts,
    ...(password && { password }),
  };
}

async function keyPair(flags: FlagValues, password: string): Promise<KeyPair> {
  const file = flags.text('private-key-file');
  if (file) return keyPairOf(await fileText(file, 'failed to open private key file'), password);
  return generateKeyPair({
    algorithm: oneOf<KeyAlgorithm>(keyAlgorithms, flags.text('ssh-key-algorithm')),
    rsaBits: flags.number('ssh-rsa-bits'),
    curve: oneOf<Curve>(curves, flags.text('ssh-ecdsa-curve')),
  });
}

function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((each) => each === word);
  if (!found) throw new Error(`"${word}" passed the check of its flag`);
  return found;
}

async function fileText(path: string, problem: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? `open ${path}: no such file or directory` : errorText(error);
    throw commandError('FLUX_E_CLI_FILE', `${problem}: ${why}`);
  });
}
