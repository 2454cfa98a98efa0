import type { Flags } from '../command/types.ts';

const accepted = 'accepted for compatibility';

/** Flags of every command: Flux's own and those that kubectl's users know. */
export const globalFlags: Flags = {
  timeout: { type: 'duration', default: '5m0s', about: 'timeout for this operation' },
  verbose: { type: 'bool', about: 'print generated objects' },
  namespace: {
    type: 'string',
    short: 'n',
    default: 'flux-system',
    about: 'If present, the namespace scope for this CLI request',
  },
  'ns-follows-kube-context': {
    type: 'bool',
    about:
      'use the namespace from the kubeconfig context instead of the default flux-system namespace, can also be set via FLUX_NS_FOLLOWS_KUBE_CONTEXT env var',
  },
  kubeconfig: { type: 'string', about: 'Path to the kubeconfig file to use for CLI requests.' },
  context: { type: 'string', about: 'The name of the kubeconfig context to use' },
  cluster: {
    type: 'string',
    about: 'The name of the kubeconfig cluster to use',
    refused: 'not available in this version, use --context',
  },
  user: {
    type: 'string',
    about: 'The name of the kubeconfig user to use',
    refused: 'not available in this version, use --context',
  },
  server: { type: 'string', about: 'The address and port of the Kubernetes API server' },
  token: { type: 'string', about: 'Bearer token for authentication to the API server' },
  as: {
    type: 'string',
    about:
      'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.',
  },
  'as-group': {
    type: 'list',
    about: 'Group to impersonate for the operation, this flag can be repeated to specify multiple groups.',
  },
  'as-uid': {
    type: 'string',
    about: 'UID to impersonate for the operation.',
    refused: 'not available in this version',
  },
  'as-user-extra': {
    type: 'list',
    about: 'User extras to impersonate for the operation.',
    refused: 'not available in this version',
  },
  'certificate-authority': {
    type: 'string',
    about: 'Path to a cert file for the certificate authority to authenticate the Kubernetes API server',
  },
  'client-certificate': {
    type: 'string',
    about: 'Path to a client certificate file for TLS authentication to the Kubernetes API server',
  },
  'client-key': {
    type: 'string',
    about: 'Path to a client key file for TLS authentication to the Kubernetes API server',
  },
  'insecure-skip-tls-verify': {
    type: 'bool',
    about:
      "If true, the Kubernetes API server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
  },
  'tls-server-name': {
    type: 'string',
    about:
      'Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used',
  },
  'cache-dir': { type: 'string', about: accepted, hidden: true },
  'disable-compression': { type: 'bool', about: accepted, hidden: true },
  'kube-api-qps': { type: 'string', about: accepted, hidden: true },
  'kube-api-burst': { type: 'int', about: accepted, hidden: true },
};
