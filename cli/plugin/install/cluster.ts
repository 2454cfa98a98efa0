import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import type { OciClient } from '@flux-host/host/oci/types.ts';
import type { Invocation } from '../../command/types.ts';
import { upsert, waitReady } from '../../commands/create/upsert.ts';
import { exported } from '../../kinds/canonical.ts';
import { yamlDocument } from '../../output/document.ts';
import type { RemotePlugin } from '../oci/artifact.ts';
import { pluginObject } from './object.ts';
import { keySecret, keySecretName, signerOf, storeKey } from './signer.ts';
import { agree } from './terms.ts';

/** Installs a plugin into the cluster, after the user has agreed to what it asks for, and waits until the host uses it. */
export async function installInCluster(
  remote: RemotePlugin,
  client: OciClient,
  invocation: Invocation,
): Promise<void> {
  const { flags, io, log, namespace } = invocation;
  const { ref, digest, manifest } = remote;
  const signer = await signerOf(remote, client, invocation);
  const object = (verifySecret: { name: string; namespace: string } | undefined) =>
    pluginObject({
      ref,
      manifest,
      namespace,
      insecure: flags.is('insecure-registry'),
      ...(flags.is('pin') && { digest }),
      ...(verifySecret && { verifySecret }),
      ...(flags.text('secret-ref') && { pullSecret: flags.text('secret-ref') }),
    });
  if (flags.is('export')) {
    const secret = signer && { name: keySecretName(manifest.name), namespace };
    if (signer) io.out(yamlDocument(keySecret(manifest.name, signer, namespace)));
    io.out(yamlDocument(exported(Plugin, object(secret))));
    return;
  }
  await agree(manifest, invocation);
  log.action(`installing Plugin ${manifest.name}`);
  const secret = signer && (await storeKey(manifest.name, signer, invocation));
  const plugin = object(secret);
  log.success(`Plugin ${await upsert(Plugin, plugin, invocation)}`);
  log.waiting('waiting for Plugin reconciliation');
  await waitReady(Plugin, plugin, invocation);
  const uses = manifest.provides.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  log.success(`Plugin ${manifest.name} ${manifest.version} is ready: ${uses}`);
}
