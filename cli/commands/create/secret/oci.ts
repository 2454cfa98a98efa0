import { errorText } from '@flux-host/host/errors/text.ts';
import { parseReference, parseRepository } from '@flux-host/host/oci/reference.ts';
import { usageError } from '../../../command/errors.ts';
import type { Command } from '../../../command/types.ts';
import { preview } from '../../texts.ts';
import { nameToCreate } from '../common.ts';
import { publishSecret } from './publish.ts';

/** Content of a `.dockerconfigjson`, laid out as Flux does. */
function dockerConfig(registry: string, username: string, password: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [registry]: { username, password, auth } } }, null, 2);
}

/** @throws FluxError FLUX_E_CLI_USAGE for what is neither a registry nor a repository */
function checkAddress(url: string): void {
  if (url.includes('://'))
    throw usageError(`error parsing url: '${url}' has a scheme, which no registry has here`);
  if (/^[a-z0-9.-]+(:\d+)?$/i.test(url)) return;
  try {
    if (/[@:][^/]*$/.test(url)) parseReference(url);
    else parseRepository(url);
  } catch (error) {
    throw usageError(`error parsing url: '${errorText(error)}'`);
  }
}

/** `flux create secret oci` */
export const createSecretOci: Command = {
  name: 'oci',
  usage: '[name]',
  short: 'Create or update a Kubernetes image pull secret',
  long: preview(
    'The create secret oci command generates a Kubernetes secret that can be used for OCIRepository authentication',
  ),
  example: `  # Create an OCI authentication secret on disk and encrypt it with SOPS
  flux create secret oci podinfo-auth \\
    --url=ghcr.io \\
    --username=username \\
    --password=password \\
    --export > repo-auth.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place repo-auth.yaml`,
  flags: {
    url: { type: 'string', about: 'oci repository address e.g ghcr.io/stefanprodan/charts' },
    username: { type: 'string', short: 'u', about: 'basic authentication username' },
    password: { type: 'string', short: 'p', about: 'basic authentication password' },
  },
  async run(invocation) {
    const { flags } = invocation;
    const name = nameToCreate(invocation);
    for (const flag of ['url', 'username', 'password']) {
      if (!flags.text(flag)) throw usageError(`--${flag} is required`);
    }
    checkAddress(flags.text('url'));
    const config = dockerConfig(flags.text('url'), flags.text('username'), flags.text('password'));
    const stringData = { '.dockerconfigjson': config };
    await publishSecret('oci', { name, type: 'kubernetes.io/dockerconfigjson', stringData }, invocation);
  },
};
