import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hostCredentials } from '@flux-host/host/cloud/aws/host-credentials.ts';
import type { AwsCredentials } from '@flux-host/host/cloud/aws/types.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { noUser } from './errors.ts';
import { askProgram } from './program.ts';
import type { CloudContext } from './types.ts';

/**
 * Credentials of AWS as its own clients look for them: the environment, `~/.aws/credentials`, whatever else `aws` knows of the profile (SSO,
 * roles, processes), the container or machine.
 * @throws FluxError
 */
export async function awsCredentials(context: CloudContext, region: string): Promise<AwsCredentials> {
  const { egress, env, proxy, signal } = context;
  const request = { region, signal, ...(proxy ? { proxy } : {}) };
  const endpoint = env['AWS_ENDPOINT_URL_STS'] ?? env['AWS_ENDPOINT_URL'];
  const process = { egress, env, ...(endpoint ? { endpoint: () => endpoint } : {}) };
  const isInEnvironment =
    (env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']) ||
    (env['AWS_ROLE_ARN'] && env['AWS_WEB_IDENTITY_TOKEN_FILE']);
  if (!isInEnvironment) {
    const ofProfile = (await inFile(env)) ?? (await ofProgram(context));
    if (ofProfile) return ofProfile;
  }
  try {
    return (await hostCredentials(process, request)).value;
  } catch (error) {
    if (signal.aborted || isInEnvironment) throw error;
    throw noUser(
      'AWS',
      errorText(error),
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with: aws configure sso',
    );
  }
}

const profileOf = (env: CloudContext['env']) => env['AWS_PROFILE'] || 'default';

async function inFile(env: CloudContext['env']): Promise<AwsCredentials | undefined> {
  const home = env['HOME'] || homedir();
  const file = env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials');
  const profile = section(await readFile(file, 'utf8').catch(() => ''), profileOf(env));
  const [id, key, token] = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((name) =>
    profile.get(name),
  );
  return id && key ? credentials(id, key, token) : undefined;
}

/** The settings of a section of an INI file. */
function section(text: string, wanted: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    const [, name] = /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/.exec(line) ?? [];
    if (name !== undefined) current = name;
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current === wanted && key && value !== undefined) settings.set(key, value);
  }
  return settings;
}

async function ofProgram(context: CloudContext): Promise<AwsCredentials | undefined> {
  const words = ['aws', 'configure', 'export-credentials', '--format', 'process'] as const;
  const answer = await askProgram(words, context);
  const [id, key, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    stringAt(answer, name),
  );
  return id && key ? credentials(id, key, token) : undefined;
}

const credentials = (
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
): AwsCredentials => ({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
