import { Kustomization } from '@flux-host/crds/index.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { variablesOf } from '@flux-host/host/reconcile/kustomization/variables.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { kustomization } from '../../kinds/kustomization.ts';
import { completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { chosenView, historyText, nameToDebug, statusText } from './views.ts';

const documentation = 'https://fluxcd.io/flux/components/kustomize/kustomizations/';

async function run(invocation: Invocation): Promise<void> {
  const { io, namespace, signal } = invocation;
  const name = nameToDebug(invocation);
  const view = chosenView(invocation, ['show-status', 'show-vars', 'show-history']);
  const { client } = await invocation.cluster();
  const object = await client.get<Kustomization>(Kustomization, { namespace, name }, { signal });
  if (view === 'show-vars') io.out(await variablesText(object, client, signal));
  else if (view === 'show-history') io.out(historyText(object.status?.history, `${documentation}#history`));
  else io.out(statusText(object.status, `${documentation}#kustomization-status`));
}

/** In the form of a `.env` file: this is what the command is for, values of Secrets and all. */
async function variablesText(
  object: Kustomization,
  client: KubeClient,
  signal: AbortSignal,
): Promise<string> {
  const variables = await variablesOf(object, { client, redactor: createRedactor() }, signal);
  if (!variables) throw usageError('no post build substitutions found');
  return Object.keys(variables)
    .sort()
    .map((name) => `${name}=${(variables[name] ?? '').replaceAll('\n', '')}\n`)
    .join('');
}

/** `flux debug kustomization` */
export const debugKustomization: Command = {
  name: 'kustomization',
  usage: '[name]',
  aliases: ['ks'],
  short: 'Debug a Flux Kustomization resource',
  long: preview(`The debug kustomization command can be used to troubleshoot failing Flux Kustomization reconciliations.
WARNING: This command will print sensitive information if Kubernetes Secrets are referenced in the Kustomization .spec.postBuild.substituteFrom field.`),
  example: `  # Print the status of a Flux Kustomization
  flux debug ks podinfo --show-status

  # Export the final variables used for post-build substitutions composed from referred ConfigMaps and Secrets
  flux debug ks podinfo --show-vars > vars.env

  # Print the reconciliation history of a Flux Kustomization
  flux debug ks podinfo --show-history`,
  flags: {
    'show-status': { type: 'bool', about: 'print the status of the Flux Kustomization' },
    'show-vars': { type: 'bool', about: 'print the final vars of the Flux Kustomization in dot env format' },
    'show-history': { type: 'bool', about: 'print the reconciliation history of the Flux Kustomization' },
  },
  run,
  complete: completeNames(kustomization),
};
