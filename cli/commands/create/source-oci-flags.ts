import type { Flags } from '../../command/types.ts';
import { oneOf, verifyFlags } from './verification.ts';

const providers = ['generic', 'aws', 'azure', 'gcp'];

export const sourceOciFlags: Flags = {
  provider: {
    type: 'string',
    typeName: providers.join('|'),
    default: 'generic',
    about: 'the OCI provider name, available options are: (generic, aws, azure, gcp)',
    choices: providers,
    check: oneOf('source OCI provider', providers),
  },
  url: { type: 'string', about: 'the OCI repository URL' },
  tag: { type: 'string', about: 'the OCI artifact tag' },
  'tag-semver': { type: 'string', about: 'the OCI artifact tag semver range' },
  digest: { type: 'string', about: 'the OCI artifact digest' },
  'secret-ref': {
    type: 'string',
    about: "the name of the Kubernetes image pull secret (type 'kubernetes.io/dockerconfigjson')",
  },
  'proxy-secret-ref': {
    type: 'string',
    about: 'the name of an existing secret containing the proxy address and credentials',
  },
  'service-account': {
    type: 'string',
    about: 'the name of the Kubernetes service account that refers to an image pull secret',
  },
  'cert-ref': { type: 'string', about: 'the name of a secret to use for TLS certificates' },
  ...verifyFlags,
  'ignore-paths': {
    type: 'list',
    about: 'set paths to ignore resources (can specify multiple paths with commas: path1,path2)',
  },
  insecure: { type: 'bool', about: 'for when connecting to a non-TLS registries over plain HTTP' },
  'layer-selector': {
    type: 'string',
    about: "the OCI artifact layer selector in the format '<media-type>:<operation>'",
  },
};
