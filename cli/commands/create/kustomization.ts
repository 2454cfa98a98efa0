import { Kustomization } from '@flux-host/crds/index.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { kustomization as kind } from '../../kinds/kustomization.ts';
import { durationFrom, labelsFrom, nameToCreate, optional } from './common.ts';
import { dependency } from './depends-on.ts';
import { generate } from './generate.ts';
import { healthCheck } from './health-check.ts';
import { isSourceFault, kustomizationSource, sourceKinds } from './kustomization-source.ts';
import { relativePath } from './relative-path.ts';

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): Kustomization {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const path = relativePath(flags.text('path'));
  const source = flags.text('source');
  if (!source) throw usageError('source is required');
  const checks = flags.list('health-check');
  const waits = flags.is('wait');
  const provider = flags.text('decryption-provider');
  const decryptionSecret = flags.text('decryption-secret');
  const kubeConfig = flags.text('kubeconfig-secret-ref');
  const dependencies = flags.list('depends-on').map(dependency);
  return {
    apiVersion: Kustomization.apiVersion,
    kind: Kustomization.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      interval: durationFrom(flags, 'interval'),
      path,
      prune: flags.is('prune'),
      sourceRef: kustomizationSource(source),
      ...optional('targetNamespace', flags.text('target-namespace')),
      ...optional('serviceAccountName', flags.text('service-account')),
      ...(dependencies.length > 0 && { dependsOn: dependencies }),
      ...(kubeConfig && { kubeConfig: { secretRef: { name: kubeConfig } } }),
      ...(checks.length > 0 && !waits && { healthChecks: checks.map(healthCheck) }),
      ...((checks.length > 0 || waits) && { timeout: durationFrom(flags, 'health-check-timeout') }),
      ...(waits && { wait: true }),
      ...(provider === 'sops' && {
        decryption: { provider, ...(decryptionSecret && { secretRef: { name: decryptionSecret } }) },
      }),
      ...(flags.milliseconds('retry-interval') > 0 && {
        retryInterval: durationFrom(flags, 'retry-interval'),
      }),
    },
  };
}

/** `flux create kustomization` */
export const createKustomization: Command = {
  name: 'kustomization',
  usage: '[name]',
  aliases: ['ks'],
  short: 'Create or update a Kustomization resource',
  long: 'The create command generates a Kustomization resource for a given source.',
  example: `  # Create a Kustomization resource from a source at a given path
  flux create kustomization kyverno \\
    --source=GitRepository/kyverno \\
    --path="./config/release" \\
    --prune=true \\
    --interval=60m \\
    --wait=true \\
    --health-check-timeout=3m

  # Create a Kustomization resource that depends on the previous one
  flux create kustomization kyverno-policies \\
    --depends-on=kyverno \\
    --source=GitRepository/kyverno-policies \\
    --path="./policies/flux" \\
    --prune=true \\
    --interval=5m

  # Create a Kustomization using a source from a different namespace
  flux create kustomization podinfo \\
    --namespace=default \\
    --source=GitRepository/podinfo.flux-system \\
    --path="./kustomize" \\
    --prune=true \\
    --interval=5m`,
  flags: {
    source: {
      type: 'string',
      about: `source that contains the Kubernetes manifests in the format '[<kind>/]<name>.<namespace>', where kind must be one of: (${sourceKinds.join(', ')}), if kind is not specified it defaults to GitRepository`,
      check: isSourceFault,
    },
    path: {
      type: 'string',
      default: './',
      typeName: 'safeRelativePath',
      about: 'path to the directory containing a kustomization.yaml file',
    },
    prune: { type: 'bool', about: 'enable garbage collection' },
    wait: { type: 'bool', about: 'enable health checking of all the applied resources' },
    'health-check': {
      type: 'list',
      about: "workload to be included in the health assessment, in the format '<kind>/<name>.<namespace>'",
    },
    'health-check-timeout': {
      type: 'duration',
      default: '2m0s',
      about: 'timeout of health checking operations',
    },
    validation: {
      type: 'string',
      about: 'validate the manifests before applying them on the cluster',
      deprecated: 'this arg is no longer used, all resources are validated using server-side apply dry-run',
    },
    'depends-on': {
      type: 'list',
      about:
        "Kustomization that must be ready before this Kustomization can be applied, supported formats '<name>' and '<namespace>/<name>', also accepts comma-separated values",
    },
    'service-account': {
      type: 'string',
      about: 'the name of the service account to impersonate when reconciling this Kustomization',
    },
    'decryption-provider': {
      type: 'string',
      typeName: 'decryptionProvider',
      about: 'decryption provider, available options are: (sops)',
      choices: ['sops'],
      check: (value) =>
        value === 'sops'
          ? undefined
          : value.trim() === ''
            ? 'no decryption provider given, must be one of: sops'
            : `unsupported decryption provider '${value}', must be one of: sops`,
    },
    'decryption-secret': {
      type: 'string',
      about: 'set the Kubernetes secret name that contains the OpenPGP private keys used for sops decryption',
    },
    'target-namespace': {
      type: 'string',
      about: 'overrides the namespace of all Kustomization objects reconciled by this Kustomization',
    },
    'kubeconfig-secret-ref': {
      type: 'string',
      about:
        'the name of the Kubernetes Secret that contains a key with the kubeconfig file for connecting to a remote cluster',
    },
    'retry-interval': {
      type: 'duration',
      about: 'the interval at which to retry a previously failed reconciliation',
    },
  },
  async run(invocation) {
    const ready = await generate(kind, fromFlags(invocation), invocation);
    if (ready) invocation.log.success(kind.success(ready));
  },
};
