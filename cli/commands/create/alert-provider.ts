import { Provider } from '@flux-host/crds/index.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues } from '../../command/types.ts';
import { provider as kind } from '../../kinds/provider.ts';
import { preview } from '../texts.ts';
import { labelsFrom, nameToCreate } from './common.ts';
import { generate } from './generate.ts';

function fromFlags(flags: FlagValues): object {
  const type = flags.text('type');
  if (!type) throw usageError('Provider type is required');
  const texts = ['channel', 'username', 'address'].flatMap((field) => {
    const value = flags.text(field);
    return value ? [[field, value] as const] : [];
  });
  const secret = flags.text('secret-ref');
  return { type, ...Object.fromEntries(texts), ...(secret && { secretRef: { name: secret } }) };
}

/** `flux create alert-provider` */
export const createAlertProvider: Command = {
  name: 'alert-provider',
  usage: '[name]',
  short: 'Create or update a Provider resource',
  long: preview('The create alert-provider command generates a Provider resource.'),
  example: `  # Create a Provider for a Slack channel
  flux create alert-provider slack \\
  --type slack \\
  --channel general \\
  --address https://hooks.slack.com/services/YOUR/SLACK/WEBHOOK \\
  --secret-ref webhook-url

  # Create a Provider for a Github repository
  flux create alert-provider github-podinfo \\
  --type github \\
  --address https://github.com/stefanprodan/podinfo \\
  --secret-ref github-token`,
  flags: {
    type: { type: 'string', about: 'type of provider' },
    channel: { type: 'string', about: 'channel to send messages to in the case of a chat provider' },
    username: { type: 'string', about: 'bot username used by the provider' },
    address: { type: 'string', about: 'path to either the git repository, chat provider or webhook' },
    'secret-ref': { type: 'string', about: 'name of secret containing authentication token' },
  },
  async run(invocation) {
    const name = nameToCreate(invocation);
    const spec = fromFlags(invocation.flags);
    const metadata = { name, namespace: invocation.namespace, ...labelsFrom(invocation.flags) };
    await generate(
      kind,
      { apiVersion: Provider.apiVersion, kind: Provider.kind, metadata, spec },
      invocation,
    );
  },
};
