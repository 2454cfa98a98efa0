import { HelmRelease } from '@flux-host/crds/index.ts';
import { createChartEngine } from '@flux-host/host/helm/charts.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { valuesOf } from '@flux-host/host/reconcile/helm-release/values.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { helmRelease } from '../../kinds/helm-release.ts';
import { toYaml } from '../../output/yaml.ts';
import { withEngine } from '../build/settings.ts';
import { completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { chosenView, historyText, nameToDebug, statusText } from './views.ts';

const documentation = 'https://fluxcd.io/flux/components/helm/helmreleases/';

async function run(invocation: Invocation): Promise<void> {
  const { io, namespace, signal } = invocation;
  const name = nameToDebug(invocation);
  const view = chosenView(invocation, ['show-status', 'show-values', 'show-history']);
  const { client } = await invocation.cluster();
  const release = await client.get<HelmRelease>(HelmRelease, { namespace, name }, { signal });
  const history = release.status?.history?.map(withDeleted);
  if (view === 'show-values') io.out(toYaml(await finalValues(release, client, invocation)));
  else if (view === 'show-history') io.out(historyText(history, `${documentation}#history`));
  else io.out(statusText({ ...release.status, history }, `${documentation}#helmrelease-status`));
}

/** Put together by the host's code and the Helm plugin; values of Secrets are shown: this is what the command is for. */
async function finalValues(
  release: HelmRelease,
  client: KubeClient,
  invocation: Invocation,
): Promise<object> {
  const { namespace, signal } = invocation;
  const access = { client, redactor: createRedactor() };
  return withEngine(invocation, async ({ plugins }) => {
    const engine = createChartEngine({ plugins, namespace, signal, algorithm: 'sha256' });
    return (await valuesOf(release, { engine, access, signal })).values;
  });
}

/** Flux shows of every release whether it was deleted, `null` where it was not. */
function withDeleted<T extends { deleted?: string }>(
  release: T,
): Omit<T, 'deleted'> & { deleted: string | null } {
  return { ...release, deleted: release.deleted ?? null };
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
    'show-values': { type: 'bool', about: 'print the final values of the Helm release' },
    'show-history': { type: 'bool', about: 'print the reconciliation history of the Helm release' },
  },
  run,
  complete: completeNames(helmRelease),
};
