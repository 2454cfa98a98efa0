import type { Flags } from '../../command/types.ts';

const providers = ['generic', 'aws', 'azure', 'gcp'];
const verifyProviders = ['cosign'];

const oneOf =
  (what: string, choices: readonly string[]) =>
  (value: string): string | undefined =>
    choices.includes(value)
      ? undefined
      : `${what} '${value}' is not supported, must be one of: ${choices.join(', ')}`;

/** How an artifact's signature is checked; charts have the same. */
export const verifyFlags: Flags = {
  'verify-provider': {
    type: 'string',
    typeName: verifyProviders.join('|'),
    about: 'the OCI verify provider name to use for signature verification, available options are: (cosign)',
    choices: verifyProviders,
    check: oneOf('source OCI verify provider', verifyProviders),
  },
  'verify-secret-ref': {
    type: 'string',
    about: 'the name of a secret to use for signature verification',
  },
  'verify-subject': {
    type: 'string',
    about: 'regular expression to use for the OIDC subject during signature verification',
  },
  'verify-issuer': {
    type: 'string',
    about: 'regular expression to use for the OIDC issuer during signature verification',
  },
};

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
