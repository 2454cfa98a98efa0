import { Receiver } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues } from '../../command/types.ts';
import { receiver as kind } from '../../kinds/receiver.ts';
import { labelsFrom, nameToCreate } from './common.ts';
import { generate } from './generate.ts';
import { kindAndName } from './object-reference.ts';
import { receiverTypeFlag } from './receiver-type.ts';

function fromFlags(flags: FlagValues): object {
  const type = flags.text('type');
  if (!type) throw usageError('Receiver type is required');
  const secret = flags.text('secret-ref');
  if (!secret) throw usageError('secret ref is required');
  const resources = flags.list('resource').map(kindAndName);
  if (resources.length === 0) throw usageError('atleast one resource is required');
  const events = flags.list('event');
  return { type, ...(events.length > 0 && { events }), resources, secretRef: { name: secret } };
}

/** `flux create receiver` */
export const createReceiver: Command = {
  name: 'receiver',
  usage: '[name]',
  short: 'Create or update a Receiver resource',
  long: 'The create receiver command generates a Receiver resource.',
  example: `  # Create a Receiver
  flux create receiver github-receiver \\
    --type github \\
    --event ping \\
    --event push \\
    --secret-ref webhook-token \\
    --resource GitRepository/webapp \\
    --resource HelmRepository/webapp`,
  flags: {
    type: receiverTypeFlag,
    'secret-ref': { type: 'string', about: 'name of the secret that holds the token' },
    event: { type: 'list', about: 'also accepts comma-separated values' },
    resource: { type: 'list', about: 'also accepts comma-separated values' },
  },
  async run(invocation) {
    const name = nameToCreate(invocation);
    const spec = fromFlags(invocation.flags);
    const metadata = { name, namespace: invocation.namespace, ...labelsFrom(invocation.flags) };
    const object = { apiVersion: Receiver.apiVersion, kind: Receiver.kind, metadata, spec };
    const ready = await generate(kind, object, invocation);
    if (!ready) return;
    invocation.log.success(`generated webhook URL ${stringAt(ready, 'status', 'webhookPath') ?? ''}`);
  },
};
