import { createHash } from 'node:crypto';
import { oneArgument } from '../../command/arguments.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Flags, FlagValues } from '../../command/types.ts';
import { createHttpClient } from '../../http/client.ts';
import { version } from '../../version.ts';
import { checkOidcFlags, defaultAudience, oidcProviders, oidcToken, oidcTokenVariable } from './oidc.ts';
import { send } from './send.ts';
import { oidcType, schemes, triggerTypes } from './types.ts';

/** Where the host listens for a Receiver, as Flux computes it; `generic-oidc` has no token. */
export function webhookPath(token: string, name: string, namespace: string): string {
  return `/hook/${createHash('sha256').update(`${token}${name}${namespace}`).digest('hex')}`;
}

/** @throws FluxError FLUX_E_CLI_USAGE when the flags do not go together */
function check(flags: FlagValues): void {
  if (!flags.text('url')) throw usageError('--url is required');
  const type = flags.text('type');
  if (!triggerTypes.includes(type)) {
    throw usageError(`invalid --type ${JSON.stringify(type)}, must be one of: ${triggerTypes.join(', ')}`);
  }
  if (type === oidcType) {
    if (flags.text('token')) {
      throw usageError(
        `--token must not be set for --type=${oidcType}, the Receiver of this type has no secret`,
      );
    }
    checkOidcFlags(flags);
    return;
  }
  if (!flags.text('token')) throw usageError(`--token is required for --type=${type}`);
  if (['oidc-provider', 'oidc-token', 'oidc-audience'].some((flag) => flags.text(flag))) {
    throw usageError(
      `--oidc-provider, --oidc-token and --oidc-audience can only be set for --type=${oidcType}`,
    );
  }
}

function payloadFrom(flags: FlagValues): string {
  const usual = schemes[flags.text('type')]?.payload;
  return usual && !flags.given('payload') ? JSON.stringify(usual) : flags.text('payload');
}

const flags: Flags = {
  token: {
    type: 'string',
    about: 'the Receiver token, required for all types except generic-oidc where it must not be set',
  },
  url: {
    type: 'string',
    about: 'the base URL of the notification-controller webhook receiver, may contain a base path',
  },
  type: {
    type: 'string',
    default: 'generic',
    about: `the Receiver type, one of: ${triggerTypes.join(', ')}`,
    choices: triggerTypes,
  },
  event: { type: 'string', about: 'the name of the event, for types that have a header for it' },
  'oidc-provider': {
    type: 'string',
    about: `the OIDC provider to fetch the token from, one of: ${oidcProviders.join(', ')} (generic-oidc only, mutually exclusive with --oidc-token)`,
    choices: oidcProviders,
  },
  'oidc-token': {
    type: 'string',
    about: `the OIDC token to authenticate the request (generic-oidc only, mutually exclusive with --oidc-provider); defaults to the ${oidcTokenVariable} environment variable`,
  },
  'oidc-audience': {
    type: 'string',
    about: `the audience of the OIDC token to fetch (requires --oidc-provider); defaults to "${defaultAudience}"`,
  },
  payload: { type: 'string', default: '{}', about: 'the JSON payload to send in the request body' },
  retries: {
    type: 'int',
    default: '10',
    about:
      'the number of times to retry on connection errors or retryable HTTP status codes (404, 408, 429, 5xx); set to 0 to disable',
  },
  'retry-delay': { type: 'duration', default: '10s', about: 'the delay between retries' },
};

/** `flux trigger receiver` */
export const triggerReceiver: Command = {
  name: 'receiver',
  usage: '[name]',
  short: 'Trigger the webhook of a Receiver',
  long: `The trigger receiver command sends a request to the incoming webhook of a Receiver.

The command computes the webhook path from the Receiver name, namespace and token,
appends it to the base URL and sends an HTTP POST request with the given payload.
It does not require access to the Kubernetes cluster.`,
  example: `  # Trigger a generic Receiver
  flux trigger receiver my-receiver \\
    --token=my-token \\
    --url=https://flux-webhook.example.com

  # Trigger a GitHub Receiver as a push would
  flux trigger receiver my-receiver \\
    --type=github \\
    --event=push \\
    --token=my-token \\
    --url=https://flux-webhook.example.com \\
    --payload='{"ref":"refs/heads/main"}'

  # Trigger a generic-oidc Receiver from a GitHub Actions workflow.
  # The job needs 'permissions: id-token: write'.
  flux trigger receiver my-receiver \\
    --type=generic-oidc \\
    --oidc-provider=github \\
    --url=https://flux-webhook.example.com`,
  flags,
  async run(invocation) {
    const { args, flags, log, namespace, io } = invocation;
    const name = oneArgument(args);
    check(flags);
    const http = createHttpClient(io.env);
    try {
      const payload = payloadFrom(flags);
      const type = flags.text('type');
      const token = flags.text('token');
      const proof =
        type === oidcType
          ? { Authorization: `Bearer ${await oidcToken(invocation, http)}` }
          : schemes[type]?.headers({ token, payload, event: flags.text('event') });
      const url = `${flags.text('url').replace(/\/+$/, '')}${webhookPath(token, name, namespace)}`;
      log.action(`triggering Receiver ${namespace}/${name}`);
      const headers = { 'Content-Type': 'application/json', 'User-Agent': `flux/${version}`, ...proof };
      await send({ url, headers, payload }, invocation, http);
      log.success(`Receiver ${namespace}/${name} triggered`);
    } finally {
      await http.close();
    }
  },
};
