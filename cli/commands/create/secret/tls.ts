import type { Command } from '../../../command/types.ts';
import { nameToCreate } from '../common.ts';
import { publishSecret } from './publish.ts';
import { readTlsFiles, tlsData, tlsFlags } from './tls-data.ts';

/** `flux create secret tls` */
export const createSecretTls: Command = {
  name: 'tls',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret with TLS certificates',
  long: 'The create secret tls command generates a Kubernetes secret with certificates for use with TLS.',
  example: `  # Create a TLS secret on disk and encrypt it with SOPS.
  # Files are expected to be PEM-encoded.
  flux create secret tls certs \\
    --namespace=my-namespace \\
    --tls-crt-file=./client.crt \\
    --tls-key-file=./client.key \\
    --ca-crt-file=./ca.crt \\
    --export > certs.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place certs.yaml`,
  flags: tlsFlags,
  async run(invocation) {
    const name = nameToCreate(invocation);
    await publishSecret('tls', { name, ...tlsData(await readTlsFiles(invocation)) }, invocation);
  },
};
