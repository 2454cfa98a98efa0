import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gcpHostToken } from '@flux-host/host/cloud/gcp.ts';
import { googleKeyToken } from '@flux-host/host/cloud/google-key.ts';
import { oauthExchange } from '@flux-host/host/cloud/request.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { isRecord, type Json, recordAt, stringAt } from '@flux-host/host/json.ts';
import { noUser } from './errors.ts';
import { cloud, cloudPlatform, federatedToken, impersonated } from './google-federation.ts';
import type { CloudContext } from './types.ts';

const defaultTokenUri = 'https://oauth2.googleapis.com/token';
const logIn = 'log in with: gcloud auth application-default login';

/**
 * An access token of Google by its Application Default Credentials: the file that GOOGLE_APPLICATION_CREDENTIALS names or `gcloud` wrote, else the
 * metadata server.
 * @throws FluxError
 */
export async function googleToken(context: CloudContext): Promise<string> {
  const { env, signal } = context;
  const named = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const folder = env['CLOUDSDK_CONFIG'] || join(env['HOME'] || homedir(), '.config', 'gcloud');
  const file = named || join(folder, 'application_default_credentials.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (named) throw noUser(cloud, errorText(error), 'correct GOOGLE_APPLICATION_CREDENTIALS');
    return undefined;
  });
  if (text !== undefined) return tokenOf(context, credentialsIn(file, text));
  try {
    return (await gcpHostToken({ env }, { scope: cloudPlatform, signal })).value;
  } catch (error) {
    if (signal.aborted) throw error;
    throw noUser(cloud, errorText(error), `${logIn}, or set GOOGLE_APPLICATION_CREDENTIALS`);
  }
}

/** The parser's own message would quote the text. */
function credentialsIn(file: string, text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw noUser(cloud, `${file} is no JSON object`, logIn);
}

async function tokenOf(context: CloudContext, credentials: Json): Promise<string> {
  const { egress, proxy, signal } = context;
  const via = { signal, ...(proxy ? { proxy } : {}) };
  const type = stringAt(credentials, 'type') ?? '';
  if (type === 'service_account') {
    const json = JSON.stringify(credentials);
    return (await googleKeyToken(egress, { json, scope: cloudPlatform, ...via })).value;
  }
  if (type === 'authorized_user') return refreshed(context, credentials);
  if (type === 'external_account') return federatedToken(context, credentials);
  const source = recordAt(credentials, 'source_credentials');
  if (type === 'impersonated_service_account' && source) {
    return impersonated(context, credentials, await tokenOf(context, source));
  }
  throw noUser(cloud, `credentials of type '${type}' are not known`, logIn);
}

async function refreshed({ egress, proxy, signal }: CloudContext, credentials: Json): Promise<string> {
  const text = (name: string) => stringAt(credentials, name) ?? '';
  const form = {
    grant_type: 'refresh_token',
    client_id: text('client_id'),
    client_secret: text('client_secret'),
    refresh_token: text('refresh_token'),
  };
  const url = text('token_uri') || defaultTokenUri;
  return (await oauthExchange(egress, { cloud, url, form, proxy }, signal)).value;
}
