import { readFile } from 'node:fs/promises';
import { errorText } from '../../errors/text.ts';
import { isRecord } from '../../json.ts';
import { noHostIdentity, unexpected } from '../errors.ts';
import { askMetadata } from '../metadata.ts';
import type { AwsContext } from './identities.ts';
import { assumeRole, type Temporary, temporary } from './sts.ts';
import type { AwsRequest } from './types.ts';

const cloud = 'AWS';
const metadata = 'http://169.254.169.254/latest';
/** How long credentials of the environment are believed to be the same. */
const environmentLifeMs = 60_000;

/**
 * The identity of the host itself, where AWS' own clients look for it: keys in the environment, the projected token of EKS, EKS Pod Identity,
 * the role of the machine.
 * @throws FluxError FLUX_E_CLOUD_…
 */
export async function hostCredentials(
  context: Omit<AwsContext, 'client'>,
  request: Omit<AwsRequest, 'account'>,
): Promise<Temporary> {
  const { env } = context;
  const [id, key, token] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']];
  if (id && key) {
    const value = { accessKeyId: id, secretAccessKey: key, ...(token ? { sessionToken: token } : {}) };
    return { value, expiresAt: Date.now() + environmentLifeMs };
  }
  const [role, file] = [env['AWS_ROLE_ARN'], env['AWS_WEB_IDENTITY_TOKEN_FILE']];
  if (role && file) {
    const session = env['AWS_ROLE_SESSION_NAME'] || 'flux-host';
    return assumeRole(context, request, { role, session, jwt: await contentOf(file) });
  }
  const uri = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (uri) return podIdentity(uri, env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'], request.signal);
  if (env['AWS_EC2_METADATA_DISABLED'] === 'true') {
    throw noHostIdentity(cloud, 'there is none in its environment');
  }
  return machineRole(request.signal);
}

async function podIdentity(
  uri: string,
  tokenFile: string | undefined,
  signal?: AbortSignal,
): Promise<Temporary> {
  const authorization = tokenFile ? { authorization: await contentOf(tokenFile) } : {};
  return parsed(await askMetadata(cloud, uri, { headers: authorization }, signal));
}

/** IMDSv2: a session token first, then the role's name, then its credentials. */
async function machineRole(signal?: AbortSignal): Promise<Temporary> {
  const token = await askMetadata(
    cloud,
    `${metadata}/api/token`,
    { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' } },
    signal,
  );
  const headers = { 'x-aws-ec2-metadata-token': token };
  const roles = `${metadata}/meta-data/iam/security-credentials/`;
  const role = (await askMetadata(cloud, roles, { headers }, signal)).trim();
  return parsed(await askMetadata(cloud, `${roles}${encodeURIComponent(role)}`, { headers }, signal));
}

function parsed(text: string): Temporary {
  try {
    const value: unknown = JSON.parse(text);
    return temporary(isRecord(value) ? value : {});
  } catch (error) {
    if (error instanceof SyntaxError)
      throw unexpected(cloud, 'the metadata server does not answer with JSON');
    throw error;
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw noHostIdentity(cloud, errorText(error));
  }
}
