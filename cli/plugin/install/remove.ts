import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { secrets } from '../../cluster/resources.ts';
import { waitFor } from '../../cluster/wait.ts';
import type { Invocation } from '../../command/types.ts';
import { notInstalled } from '../errors.ts';
import { keySecretName } from './signer.ts';

/**
 * Deletes a Plugin and the Secret with its key that was made when it was installed.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL when there is none of that name
 */
export async function removePlugin(name: string, { cluster, signal, timeoutMs }: Invocation): Promise<void> {
  const { client } = await cluster();
  const key = { namespace: '', name };
  const object = await client.get<Plugin>(Plugin, key, { signal }).catch((error: unknown) => {
    throw isKube(error, 'notFound') ? notInstalled(name) : error;
  });
  await client.delete(Plugin, key, { propagationPolicy: 'Background', signal });
  // The host lets go of the plugin first.
  await waitFor({ client, resource: Plugin, key, timeoutMs, signal, isDone: () => false }).catch(
    (error: unknown) => {
      if (!(error instanceof FluxError) || error.code !== 'FLUX_E_CLI_NOT_FOUND') throw error;
    },
  );
  const secret = object.spec.verify?.secretRef;
  if (secret?.name !== keySecretName(name) || !secret.namespace) return;
  await client
    .delete(secrets, { namespace: secret.namespace, name: secret.name }, { signal })
    .catch((error: unknown) => {
      if (!isKube(error, 'notFound')) throw error;
    });
}
