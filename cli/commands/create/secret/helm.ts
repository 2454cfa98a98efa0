import { usageError } from '../../../command/errors.ts';
import type { Command } from '../../../command/types.ts';
import { nameToCreate } from '../common.ts';
import { type NewSecret, publishSecret } from './publish.ts';
import { readTlsFiles, type TlsFiles, tlsData, tlsFlags } from './tls-data.ts';

/** The Secret of a Helm repository. A client certificate counts more than a user; without anything it is empty, as in Flux. */
export function helmSecret(
  { username, password }: { readonly username: string; readonly password: string },
  files: TlsFiles,
): Pick<NewSecret, 'type' | 'stringData'> {
  if (files.cert || files.key) return tlsData(files);
  if (username || password) {
    if (!username) throw usageError('username is required');
    if (!password) throw usageError('password is required');
    const stringData = { username, password, ...(files.ca && { 'ca.crt': files.ca }) };
    return { type: 'kubernetes.io/basic-auth', stringData };
  }
  return files.ca ? tlsData(files) : { stringData: {} };
}

/** `flux create secret helm` */
export const createSecretHelm: Command = {
  name: 'helm',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret for Helm repository authentication',
  long: 'The create secret helm command generates a Kubernetes secret with basic authentication credentials.',
  example: `  # Create a Helm authentication secret on disk and encrypt it with SOPS
  flux create secret helm repo-auth \\
    --namespace=my-namespace \\
    --username=my-username \\
    --password=my-password \\
    --export > repo-auth.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place repo-auth.yaml`,
  flags: {
    username: { type: 'string', short: 'u', about: 'basic authentication username' },
    password: { type: 'string', short: 'p', about: 'basic authentication password' },
    ...tlsFlags,
  },
  async run(invocation) {
    const name = nameToCreate(invocation);
    const files = await readTlsFiles(invocation);
    const [username, password] = [invocation.flags.text('username'), invocation.flags.text('password')];
    await publishSecret('helm', { name, ...helmSecret({ username, password }, files) }, invocation);
  },
};
