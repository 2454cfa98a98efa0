import { HelmRelease } from '@flux-host/crds/index.ts';
import type { Command, Invocation } from '../../../command/types.ts';
import { helmRelease as kind } from '../../../kinds/helm-release.ts';
import { durationFrom, labelsFrom, nameToCreate, optional } from '../common.ts';
import { dependency } from '../depends-on.ts';
import { generate } from '../generate.ts';
import { chartFrom } from './chart.ts';
import { crdPolicies, helmReleaseFlags } from './flags.ts';
import { valuesOf, valuesReference } from './values.ts';

/** The object that the flags describe. */
async function fromFlags(invocation: Invocation): Promise<HelmRelease> {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const chart = chartFrom(flags);
  const target = flags.text('target-namespace');
  const dependencies = flags.list('depends-on').map(dependency);
  const kubeConfig = flags.text('kubeconfig-secret-ref');
  const crds = crdPolicies.find((each) => each === flags.text('crds'));
  const install = {
    ...(flags.is('create-target-namespace') && { createNamespace: true }),
    ...(crds && { crds: 'Create' as const }),
  };
  const values = await valuesOf(invocation);
  const valuesFrom = flags.list('values-from').map(valuesReference);
  return {
    apiVersion: HelmRelease.apiVersion,
    kind: HelmRelease.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      interval: durationFrom(flags, 'interval'),
      ...chart,
      ...optional('releaseName', flags.text('release-name')),
      ...optional('targetNamespace', target),
      ...optional('storageNamespace', flags.text('storage-namespace') || target),
      ...optional('serviceAccountName', flags.text('service-account')),
      ...(dependencies.length > 0 && { dependsOn: dependencies }),
      ...(kubeConfig && { kubeConfig: { secretRef: { name: kubeConfig } } }),
      ...(Object.keys(install).length > 0 && { install }),
      ...(crds && { upgrade: { crds } }),
      ...(values && { values }),
      ...(valuesFrom.length > 0 && { valuesFrom }),
    },
  };
}

/** `flux create helmrelease` */
export const createHelmRelease: Command = {
  name: 'helmrelease',
  usage: '[name]',
  aliases: ['hr'],
  short: 'Create or update a HelmRelease resource',
  long: 'The helmrelease create command generates a HelmRelease resource for a given HelmRepository source.',
  example: `  # Create a HelmRelease with a chart from a HelmRepository source
  flux create hr podinfo \\
    --interval=10m \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo \\
    --chart-version=">4.0.0"

  # Create a HelmRelease with a chart from a GitRepository or Bucket source
  flux create hr podinfo \\
    --interval=10m \\
    --source=GitRepository/podinfo \\
    --chart=./charts/podinfo

  # Create a HelmRelease with values from local YAML files
  flux create hr podinfo \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo \\
    --values=./my-values1.yaml \\
    --values=./my-values2.yaml

  # Create a HelmRelease with values from a Kubernetes secret
  kubectl -n app create secret generic my-secret-values \\
    --from-file=values.yaml=/path/to/my-secret-values.yaml
  flux -n app create hr podinfo \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo \\
    --values-from=Secret/my-secret-values

  # Create a HelmRelease targeting another namespace than the resource
  flux create hr podinfo \\
    --target-namespace=test \\
    --create-target-namespace=true \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo

  # Create a HelmRelease definition on disk without applying it on the cluster
  flux create hr podinfo \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo \\
    --values=./values.yaml \\
    --export > podinfo-release.yaml

  # Create a HelmRelease using a chart from an OCIRepository or HelmChart resource
  flux create hr podinfo \\
    --namespace=default \\
    --chart-ref=OCIRepository/podinfo.flux-system`,
  flags: helmReleaseFlags,
  async run(invocation) {
    const ready = await generate(kind, await fromFlags(invocation), invocation);
    if (ready) invocation.log.success(kind.success(ready));
  },
};
