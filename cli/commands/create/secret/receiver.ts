import { randomBytes } from 'node:crypto';
import { usageError } from '../../../command/errors.ts';
import type { Command } from '../../../command/types.ts';
import { webhookPath } from '../../trigger/receiver.ts';
import { nameToCreate } from '../common.ts';
import { receiverTypeFlag } from '../receiver-type.ts';
import { publishSecret } from './publish.ts';

const webhookAnnotation = 'notification.toolkit.fluxcd.io/webhook';
const tokenBytes = 32;

/** `flux create secret receiver` */
export const createSecretReceiver: Command = {
  name: 'receiver',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret for a Receiver webhook',
  long: `The create secret receiver command generates a Kubernetes secret with
the token used for webhook payload validation and an annotation with the
computed webhook URL.`,
  example: `  # Create a receiver secret for a GitHub webhook
  flux create secret receiver github-receiver \\
    --namespace=my-namespace \\
    --type=github \\
    --hostname=flux.example.com \\
    --export

  # Create a receiver secret for GCR with email claim
  flux create secret receiver gcr-receiver \\
    --namespace=my-namespace \\
    --type=gcr \\
    --hostname=flux.example.com \\
    --email-claim=sa@project.iam.gserviceaccount.com \\
    --export`,
  flags: {
    type: receiverTypeFlag,
    token: {
      type: 'string',
      about: 'webhook token used for payload validation and URL computation, auto-generated if not specified',
    },
    hostname: { type: 'string', about: 'hostname for the webhook URL e.g. flux.example.com' },
    'email-claim': { type: 'string', about: 'IAM service account email, required for gcr type' },
    'audience-claim': {
      type: 'string',
      about: 'custom OIDC token audience for gcr type, defaults to the webhook URL',
    },
  },
  async run(invocation) {
    const { flags, namespace } = invocation;
    const name = nameToCreate(invocation);
    for (const flag of ['type', 'hostname']) {
      if (!flags.text(flag)) throw usageError(`--${flag} is required`);
    }
    const isGcr = flags.text('type') === 'gcr';
    const email = flags.text('email-claim');
    if (isGcr && !email) throw usageError('--email-claim is required for gcr receiver type');
    const token = flags.text('token') || randomBytes(tokenBytes).toString('hex');
    // The path is that of a Receiver of the same name.
    const url = `https://${flags.text('hostname')}${webhookPath(token, name, namespace)}`;
    const audience = flags.text('audience-claim') || url;
    const stringData = { token, ...(isGcr && { email, audience }) };
    await publishSecret(
      'receiver',
      { name, annotations: { [webhookAnnotation]: url }, stringData },
      invocation,
    );
  },
};
