import { readFile } from 'node:fs/promises';
import { askTokenService, oauthExchange, oauthToken } from '@flux-host/host/cloud/request.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { type Json, recordAt, stringAt } from '@flux-host/host/json.ts';
import { noUser } from './errors.ts';
import type { CloudContext } from './types.ts';

export const cloud = 'Google Cloud';
export const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/** Workload identity federation (RFC 8693), as in GitHub's and GitLab's pipelines: a token of theirs is exchanged for one of Google. */
export async function federatedToken(context: CloudContext, credentials: Json): Promise<string> {
  const { egress, proxy, signal } = context;
  const text = (name: string) => stringAt(credentials, name) ?? '';
  const form = {
    audience: text('audience'),
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: cloudPlatform,
    subject_token: await subjectToken(context, recordAt(credentials, 'credential_source') ?? {}),
    subject_token_type: text('subject_token_type'),
  };
  const url = text('token_url') || 'https://sts.googleapis.com/v1/token';
  const { value } = await oauthExchange(egress, { cloud, url, form, proxy }, signal);
  return text('service_account_impersonation_url') ? impersonated(context, credentials, value) : value;
}

/** A token of the service account that the credentials name. */
export async function impersonated(
  { egress, proxy, signal }: CloudContext,
  credentials: Json,
  token: string,
): Promise<string> {
  const answer = await askTokenService(
    egress,
    {
      cloud,
      url: stringAt(credentials, 'service_account_impersonation_url') ?? '',
      headers: [['authorization', `Bearer ${token}`]],
      body: JSON.stringify({ scope: [cloudPlatform] }),
      type: 'application/json',
      ...(proxy ? { proxy } : {}),
    },
    signal,
  );
  return oauthToken(cloud, { access_token: answer['accessToken'] }).value;
}

async function subjectToken({ egress, proxy, signal }: CloudContext, source: Json): Promise<string> {
  const field = stringAt(source, 'format', 'subject_token_field_name');
  const [file, url] = [stringAt(source, 'file'), stringAt(source, 'url')];
  if (url) {
    const headers = Object.entries(recordAt(source, 'headers') ?? {}).map(
      ([name, value]) => [name, String(value)] as const,
    );
    const answer = await askTokenService(
      egress,
      { cloud, url, headers, ...(proxy ? { proxy } : {}) },
      signal,
    );
    return tokenAt(answer, field);
  }
  if (!file) {
    throw noUser(
      cloud,
      'its credential_source is neither a file nor a url',
      'make the credentials with --output-file and a source of one of these types',
    );
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw noUser(cloud, errorText(error), 'credential_source.file has to exist');
  });
  return field ? tokenAt(parsed(text), field) : text.trim();
}

function tokenAt(answer: unknown, field = 'value'): string {
  const token = stringAt(answer, field);
  if (!token)
    throw noUser(cloud, `its credential_source has no field ${field}`, 'see credential_source.format');
  return token;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
