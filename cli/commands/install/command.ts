import { appName } from '@flux-host/deploy/install/labels.ts';
import { installManifests } from '@flux-host/deploy/install/manifests.ts';
import { createApplier } from '@flux-host/host/apply/create-applier.ts';
import { formatRef } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { secrets } from '../../cluster/resources.ts';
import { assess } from '../../cluster/rollout.ts';
import { commandError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { yamlDocument } from '../../output/document.ts';
import { upsert } from '../create/upsert.ts';
import { installFlags } from './flags.ts';
import { guardExisting } from './guard.ts';
import { installOptions } from './options.ts';

const stageTimeoutMs = 60_000;

/** Applies everything in two stages, definitions and the namespace first, and prints what that changed. */
async function applyAll(objects: readonly KubeObject[], invocation: Invocation): Promise<void> {
  const { cluster, namespace, io, signal } = invocation;
  const { client } = await cluster();
  const applier = createApplier();
  try {
    const { changes } = await applier.apply({
      owner: { group: 'fluxcd.io', name: appName, namespace, fieldManager: 'flux' },
      client,
      objects,
      force: false,
      concurrency: 8,
      stageTimeoutMs,
      signal,
    });
    for (const { object, action } of changes) io.out(`${formatRef(object)} ${action}\n`);
  } finally {
    applier.close();
  }
}

/** Stores the credentials of the registry where the Deployment looks for them. */
async function storePullSecret(invocation: Invocation): Promise<void> {
  const { flags, namespace, log } = invocation;
  const name = flags.text('image-pull-secret');
  const [username = '', password = ''] = flags.text('registry-creds').split(':');
  if (!name || !username) return;
  log.action(`generating image pull secret ${name}`);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const auths = { [flags.text('registry')]: { username, password, auth } };
  await upsert(
    secrets,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    },
    invocation,
  );
}

/** `flux install` */
export const install: Command = {
  name: 'install',
  short: 'Install or upgrade Flux',
  long: `The install command deploys Flux in the specified namespace.
If a previous version is installed, then an in-place upgrade will be performed.`,
  example: `  # Install Flux in the flux-system namespace
  flux install --namespace=flux-system

  # Install the image from a registry of your own
  flux install --registry=registry.example.com/team

  # Install Flux onto tainted Kubernetes nodes
  flux install --toleration-keys=node.kubernetes.io/dedicated-to-flux

  # Dry-run install
  flux install --export | kubectl apply --dry-run=client -f-

  # Write install manifests to file
  flux install --export > flux-system.yaml`,
  noArguments: true,
  flags: installFlags,
  async run(invocation) {
    const { flags, io, log, namespace } = invocation;
    const options = installOptions(invocation);
    if (!flags.is('export')) log.generate('generating manifests');
    const objects = installManifests(options);
    if (flags.is('export') || flags.is('verbose')) io.out(objects.map(yamlDocument).join(''));
    if (flags.is('export')) return;
    log.success('manifests build completed');
    log.action(`installing components in ${namespace} namespace`);
    await guardExisting(invocation);
    await applyAll(objects, invocation);
    await storePullSecret(invocation);
    log.waiting('verifying installation');
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: appName };
    if (!(await assess([deployment], invocation))) {
      throw commandError(
        'FLUX_E_CLI_INSTALL',
        'install failed',
        `see "kubectl -n ${namespace} describe pods -l app=${appName}"`,
      );
    }
    log.success('install finished');
  },
};
