import { installationIn } from '../../cluster/info.ts';
import { commandError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { confirm } from '../../prompt.ts';
import {
  type Removal,
  removeComponents,
  removeDefinitions,
  removeFinalizers,
  removeNamespace,
} from './remove.ts';
import { podsStopped } from './stopped.ts';

async function confirmed({ cluster, flags, io, signal }: Invocation): Promise<void> {
  if (flags.is('dry-run') || flags.is('silent')) return;
  const { client } = await cluster();
  const manager = (await installationIn(client, signal))?.managedBy;
  await confirm(
    manager
      ? `Flux is managed by ${manager}! Are you sure you want to delete Flux and its CRDs using Flux CLI`
      : 'Are you sure you want to delete Flux and its custom resource definitions',
    io,
  );
}

/** `flux uninstall` */
export const uninstall: Command = {
  name: 'uninstall',
  short: 'Uninstall Flux and its custom resource definitions',
  long: 'The uninstall command removes the Flux components and the toolkit.fluxcd.io resources from the cluster.',
  example: `  # Uninstall Flux components, its custom resources and namespace
  flux uninstall --namespace=flux-system

  # Uninstall Flux but keep the namespace
  flux uninstall --namespace=infra --keep-namespace=true`,
  noArguments: true,
  flags: {
    'keep-namespace': { type: 'bool', about: 'skip namespace deletion' },
    'dry-run': { type: 'bool', about: 'only print the objects that would be deleted' },
    silent: {
      type: 'bool',
      short: 's',
      about: 'delete components without asking for confirmation',
    },
  },
  async run(invocation) {
    const { cluster, flags, log, namespace, signal } = invocation;
    await confirmed(invocation);
    const { client } = await cluster();
    const removal: Removal = { client, log, namespace, dryRun: flags.is('dry-run'), signal, failures: 0 };
    log.action(`deleting components in ${namespace} namespace`);
    await removeComponents(removal);
    if (!removal.dryRun) await podsStopped(removal);
    log.action('deleting toolkit.fluxcd.io finalizers in all namespaces');
    await removeFinalizers(removal);
    log.action('deleting toolkit.fluxcd.io custom resource definitions');
    await removeDefinitions(removal);
    if (!flags.is('keep-namespace')) await removeNamespace(removal);
    if (removal.failures > 0) {
      throw commandError(
        'FLUX_E_CLI_UNINSTALL',
        `uninstall failed for ${removal.failures} of the objects above`,
      );
    }
    log.success('uninstall finished');
  },
};
