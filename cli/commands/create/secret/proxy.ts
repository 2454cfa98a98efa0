import { usageError } from '../../../command/errors.ts';
import type { Command } from '../../../command/types.ts';
import { nameToCreate } from '../common.ts';
import { publishSecret } from './publish.ts';

/** `flux create secret proxy` */
export const createSecretProxy: Command = {
  name: 'proxy',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret for proxy authentication',
  long: `The create secret proxy command generates a Kubernetes secret with the
proxy address and the basic authentication credentials.`,
  example: `  # Create a proxy secret on disk and encrypt it with SOPS
  flux create secret proxy my-proxy \\
    --namespace=my-namespace \\
    --address=https://my-proxy.com \\
    --username=my-username \\
    --password=my-password \\
    --export > proxy.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place proxy.yaml`,
  flags: {
    address: { type: 'string', about: 'proxy address' },
    username: { type: 'string', short: 'u', about: 'basic authentication username' },
    password: { type: 'string', short: 'p', about: 'basic authentication password' },
  },
  async run(invocation) {
    const { flags } = invocation;
    const name = nameToCreate(invocation);
    const [address, username, password] = ['address', 'username', 'password'].map((flag) => flags.text(flag));
    if (!address) throw usageError('address is required');
    if (!URL.canParse(address)) {
      throw usageError(`invalid proxy address: "${address}" is not a URL`, 'for example http://proxy:3128');
    }
    const stringData = { address, ...(username && { username }), ...(password && { password }) };
    await publishSecret('proxy', { name, type: 'Opaque', stringData }, invocation);
  },
};
