import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { hasOciCode } from '@flux-host/host/oci/retry.ts';
import type { OciClient } from '@flux-host/host/oci/types.ts';
import { verifyCosign } from '@flux-host/host/signature/verify.ts';
import { secrets } from '../../cluster/resources.ts';
import type { Invocation } from '../../command/types.ts';
import { upsert } from '../../commands/create/upsert.ts';
import { authorPublicKey, type PublicKeyFile, publicKeyInFile } from '../keys/author-key.ts';
import type { RemotePlugin } from '../oci/artifact.ts';

/**
 * Which key the plugin will have to be signed with from now on: the one that `--verify-key` names, which has to have signed it, or the user's own if
 * that has. Says what it found.
 * @throws FluxError FLUX_E_SIGNATURE_… when the named key has not signed
 */
export async function signerOf(
  { ref, digest }: RemotePlugin,
  client: OciClient,
  { flags, io, log, signal }: Invocation,
): Promise<PublicKeyFile | undefined> {
  const check = (file: PublicKeyFile) =>
    verifyCosign({ client, ref, digest, policy: { kind: 'keys', keys: [file.key] }, signal });
  const named = flags.text('verify-key');
  if (named) {
    const file = await publicKeyInFile(named, io.cwd);
    log.success(`signed by ${(await check(file)).signer}`);
    return file;
  }
  const own = await authorPublicKey(io);
  try {
    if (own) {
      log.success(`signed by your own ${(await check(own)).signer}`);
      return own;
    }
  } catch (error) {
    const known = ['FLUX_E_SIGNATURE_MISSING', 'FLUX_E_SIGNATURE_INVALID'] as const;
    if (!known.some((code) => hasOciCode(error, code))) throw error;
  }
  log.warning('no known key has signed this plugin: --verify-key names the public key of its author');
  return undefined;
}

/** Puts a public key where the host looks for it. */
export async function storeKey(
  plugin: string,
  key: PublicKeyFile,
  invocation: Invocation,
): Promise<{ name: string; namespace: string }> {
  const { namespace } = invocation;
  await upsert(secrets, keySecret(plugin, key, namespace), invocation);
  return { name: keySecretName(plugin), namespace };
}

/** The Secret with the key that has to have signed a plugin. */
export function keySecret(plugin: string, { pem, key }: PublicKeyFile, namespace: string): KubeObject {
  const entry = key.name.endsWith('.pub') ? key.name : `${key.name}.pub`;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    // The host looks again when the key is replaced.
    metadata: { name: keySecretName(plugin), namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    data: { [entry]: Buffer.from(pem).toString('base64') },
  };
}

export function keySecretName(plugin: string): string {
  return `${plugin}-cosign`;
}
