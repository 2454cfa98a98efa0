import { components, defaultComponents } from '@flux-host/deploy/install/components.ts';
import { logLevels } from '@flux-host/deploy/install/options.ts';
import type { Flags } from '../../command/types.ts';

const levels: readonly string[] = logLevels;

export const installFlags: Flags = {
  export: { type: 'bool', about: 'write the install manifests to stdout and exit' },
  version: {
    type: 'string',
    short: 'v',
    about: 'toolkit version; only the version of this command can be installed',
  },
  components: {
    type: 'list',
    default: defaultComponents.join(','),
    choices: components,
    about: 'list of components, accepts comma-separated values',
  },
  'components-extra': {
    type: 'list',
    about: 'list of components in addition to those supplied or defaulted',
  },
  manifests: {
    type: 'string',
    hidden: true,
    about: 'path to the manifest directory',
    refused: 'the manifests are part of this command',
  },
  registry: { type: 'string', about: 'container registry where the image is published' },
  'registry-creds': {
    type: 'string',
    about:
      "container registry credentials in the format 'user:password', requires --image-pull-secret to be set",
  },
  'image-pull-secret': {
    type: 'string',
    about: 'Kubernetes secret name used for pulling the toolkit images from a private registry',
  },
  'watch-all-namespaces': {
    type: 'bool',
    default: 'true',
    about:
      'watch for custom resources in all namespaces, if set to false it will only watch the namespace where the toolkit is installed',
  },
  'log-level': {
    type: 'string',
    default: 'info',
    typeName: levels.join('|'),
    choices: levels,
    about: 'log level',
    check: (value) =>
      levels.includes(value)
        ? undefined
        : `unsupported log level '${value}', must be one of: ${levels.join(', ')}`,
  },
  'network-policy': {
    type: 'bool',
    default: 'true',
    about: 'deny ingress access to the toolkit controllers from other namespaces using network policies',
  },
  'cluster-domain': { type: 'string', default: 'cluster.local', about: 'internal cluster domain' },
  'toleration-keys': {
    type: 'list',
    about: 'list of toleration keys used to schedule the components pods onto nodes with matching taints',
  },
  force: {
    type: 'bool',
    about: 'override existing Flux installation if it belongs to a different tool such as Helm',
  },
};
