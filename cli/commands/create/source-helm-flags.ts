import type { Flags } from '../../command/types.ts';

export const sourceHelmFlags: Flags = {
  url: { type: 'string', about: 'Helm repository address' },
  username: { type: 'string', short: 'u', about: 'basic authentication username' },
  password: { type: 'string', short: 'p', about: 'basic authentication password' },
  'cert-file': { type: 'string', about: 'TLS authentication cert file path' },
  'key-file': { type: 'string', about: 'TLS authentication key file path' },
  'ca-file': { type: 'string', about: 'TLS authentication CA file path' },
  'secret-ref': {
    type: 'string',
    about: 'the name of an existing secret containing TLS, basic auth or docker-config credentials',
  },
  'oci-provider': { type: 'string', about: 'OCI provider for authentication' },
  'pass-credentials': { type: 'bool', about: 'pass credentials to all domains' },
};

export const sourceHelmExample = `  # Create a source for an HTTPS public Helm repository
  flux create source helm podinfo \\
    --url=https://charts.example.com/podinfo \\
    --interval=10m

  # Create a source for an HTTPS Helm repository using basic authentication
  flux create source helm podinfo \\
    --url=https://charts.example.com/podinfo \\
    --username=username \\
    --password=password

  # Create a source for an HTTPS Helm repository using TLS authentication
  flux create source helm podinfo \\
    --url=https://charts.example.com/podinfo \\
    --cert-file=./cert.crt \\
    --key-file=./key.crt \\
    --ca-file=./ca.crt

  # Create a source for an OCI Helm repository
  flux create source helm podinfo \\
    --url=oci://registry.example.com/charts/podinfo \\
    --username=username \\
    --password=password

  # Create a source for an OCI Helm repository using an existing secret with basic auth or dockerconfig credentials
  flux create source helm podinfo \\
    --url=oci://registry.example.com/charts/podinfo \\
    --secret-ref=docker-config`;
