import { appName } from '@flux-host/deploy/install/labels.ts';
import { installationIn } from '../../cluster/info.ts';
import { deployments, partOfFlux } from '../../cluster/resources.ts';
import { commandError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { confirm } from '../../prompt.ts';

/**
 * Stops before something is overwritten that belongs to someone else.
 * @throws FluxError when Flux is managed through Git, or its own controllers run here; or when the user declines
 */
export async function guardExisting(invocation: Invocation): Promise<void> {
  const { cluster, flags, namespace, io, signal } = invocation;
  const { client } = await cluster();
  const installation = await installationIn(client, signal);
  if (installation?.bootstrapped) {
    throw commandError(
      'FLUX_E_CLI_BOOTSTRAPPED',
      `this cluster has already been bootstrapped with Flux ${installation.version}! Please upgrade it through its Git repository`,
      'flux install --export writes the manifests to put there',
    );
  }
  if (flags.is('force')) return;
  const { items } = await client.listMetadata(deployments, { namespace, labelSelector: partOfFlux, signal });
  const foreign = items.map(({ metadata }) => metadata.name).filter((name) => name !== appName);
  if (foreign.length > 0) {
    throw commandError(
      'FLUX_E_CLI_FOREIGN_CONTROLLERS',
      `Flux's own controllers run in the ${namespace} namespace (${foreign.join(', ')}), and would reconcile the same objects`,
      'delete those Deployments first, or install beside them with --force',
    );
  }
  if (installation?.managedBy) {
    io.err(
      `Flux ${installation.version} has been installed on this cluster with ${installation.managedBy}!\n`,
    );
    await confirm(`Are you sure you want to override the ${installation.managedBy} installation`, io);
  }
}
