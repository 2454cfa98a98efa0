import { HelmRelease } from '@flux-host/crds/index.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { helmRelease } from '../../kinds/helm-release.ts';
import { completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { chosenView, historyText, nameToDebug, statusText } from './views.ts';

const documentation = 'https://fluxcd.io/flux/components/helm/helmreleases/';

async function run(invocation: Invocation): Promise<void> {
  const { io, namespace, signal } = invocation;
  const name = nameToDebug(invocation);
  const view = chosenView(invocation, ['show-status', 'show-values', 'show-history']);
  const { client } = await invocation.cluster();
  const { status } = await client.get<HelmRelease>(HelmRelease, { namespace, name }, { signal });
  if (view === 'show-history') io.out(historyText(status?.history, `${documentation}#history`));
  else io.out(statusText(status, `${documentation}#helmrelease-status`));
}

/** `flux debug helmrelease` */
export const debugHelmRelease: Command = {
  name: 'helmrelease',
  usage: '[name]',
  aliases: ['hr'],
  short: 'Debug a HelmRelease resource',
  long: preview(`The debug helmrelease command can be used to troubleshoot failing Helm release reconciliations.
WARNING: This command will print sensitive information if Kubernetes Secrets are referenced in the HelmRelease .spec.valuesFrom field.`),
  example: `  # Print the status of a Helm release
  flux debug hr podinfo --show-status

  # Export the final values of a Helm release composed from referred ConfigMaps and Secrets
  flux debug hr podinfo --show-values > values.yaml

  # Print the reconciliation history of a Helm release
  flux debug hr podinfo --show-history`,
  flags: {
    'show-status': { type: 'bool', about: 'print the status of the Helm release' },
    'show-values': {
      type: 'bool',
      about: 'print the final values of the Helm release',
      refused: 'not available in this version',
    },
    'show-history': { type: 'bool', about: 'print the reconciliation history of the Helm release' },
  },
  run,
  complete: completeNames(helmRelease),
};
