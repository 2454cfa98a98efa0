import { errorText } from '@flux-host/host/errors/text.ts';
import { isRecord } from '@flux-host/host/json.ts';
import { usageError } from '../../command/errors.ts';
import type { FlagValues, Invocation } from '../../command/types.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Io } from '../../io.ts';
import { triggerFailed } from './errors.ts';

export const oidcProviders = ['github', 'forgejo'];
export const oidcTokenVariable = 'FLUX_TRIGGER_RECEIVER_OIDC_TOKEN';
export const defaultAudience = 'notification-controller';

const requestUrl = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const requestToken = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';

/** @throws FluxError FLUX_E_CLI_USAGE when the flags about OpenID Connect do not go together */
export function checkOidcFlags(flags: FlagValues): void {
  const provider = flags.text('oidc-provider');
  if (provider && flags.text('oidc-token')) {
    throw usageError('--oidc-provider and --oidc-token are mutually exclusive');
  }
  if (provider && !oidcProviders.includes(provider)) {
    throw usageError(
      `invalid --oidc-provider ${JSON.stringify(provider)}, must be one of: ${oidcProviders.join(', ')}`,
    );
  }
  if (flags.text('oidc-audience') && !provider) {
    throw usageError('--oidc-audience can only be set together with --oidc-provider');
  }
}

/** The token that flags or environment hold, or that the CI system gives out to the job. */
export async function oidcToken(
  { flags, io, signal }: Pick<Invocation, 'flags' | 'io' | 'signal'>,
  http: HttpClient,
): Promise<string> {
  if (flags.text('oidc-provider')) {
    return tokenOfJob(flags.text('oidc-audience') || defaultAudience, { env: io.env, http, signal });
  }
  const token = flags.text('oidc-token') || io.env[oidcTokenVariable];
  if (token) return token;
  throw usageError(
    `no OIDC token provided: set --oidc-provider, --oidc-token or the ${oidcTokenVariable} environment variable`,
  );
}

/** GitHub and Forgejo Actions have the same endpoint. */
async function tokenOfJob(
  audience: string,
  { env, http, signal }: { env: Io['env']; http: HttpClient; signal: AbortSignal },
): Promise<string> {
  const address = env[requestUrl];
  const token = env[requestToken];
  if (!address || !token) {
    throw usageError(
      `${requestUrl} and ${requestToken} must be set in the environment; ensure the Actions job has the 'id-token: write' permission`,
    );
  }
  if (!URL.canParse(address)) throw usageError(`invalid ${requestUrl}: it is not a URL`);
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const response = await http
    .send(url.href, { headers: { authorization: `bearer ${token}` }, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw triggerFailed(`OIDC token request failed: ${errorText(error)}`);
    });
  const text = await response.text();
  if (response.status !== 200) {
    throw triggerFailed(`OIDC token request failed with status ${response.statusText}: ${text.trim()}`);
  }
  const value = valueIn(text);
  if (!value) throw triggerFailed('the OIDC token response did not contain a token');
  return value;
}

function valueIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) && typeof answer['value'] === 'string' ? answer['value'] : '';
  } catch {
    throw triggerFailed('failed to decode OIDC token response: it is not JSON');
  }
}
