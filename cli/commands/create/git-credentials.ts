import { secrets } from '../../cluster/resources.ts';
import type { Invocation } from '../../command/types.ts';
import { confirm } from '../../prompt.ts';
import type { KeyPair } from '../../ssh/generate.ts';
import { keyPairOf } from '../../ssh/private-key.ts';
import { scanHostKey } from '../../ssh/scan.ts';
import { fileText } from './file-text.ts';
import { keyPairFromFlags } from './ssh-flags.ts';
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

async function httpData(url: URL, { flags, log, io }: Invocation): Promise<Record<string, string>> {
  const username = flags.text('username');
  const password = flags.text('password');
  const caFile = flags.text('ca-file');
  const isPlain = url.protocol === 'http:';
  if (isPlain && username && password) {
    log.warning('insecure configuration: credentials configured for an HTTP URL');
  }
  return {
    ...(username && password && { username, password }),
    ...(caFile && !isPlain && { 'ca.crt': await fileText(caFile, 'unable to read TLS CA file', io) }),
  };
}

async function sshData(url: URL, invocation: Invocation): Promise<Record<string, string>> {
  const { flags, log, io, signal } = invocation;
  const password = flags.text('password');
  const username = flags.text('username');
  // Flux takes these for basic authentication whatever the scheme.
  if (username && password) return { username, password };
  const pair = await keyPair(invocation);
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

/** The key pair of `--private-key-file`, or a new one. */
export async function keyPair({ flags, io }: Invocation): Promise<KeyPair> {
  const file = flags.text('private-key-file');
  if (!file) return keyPairFromFlags(flags);
  return keyPairOf(await fileText(file, 'failed to open private key file', io), flags.text('password'));
}
