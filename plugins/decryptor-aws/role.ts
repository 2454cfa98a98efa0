import { PluginError } from '@flux-host/sdk/typescript';
import { ask } from '../decryptor-common/ask.ts';
import type { Place } from './arn.ts';
import { type AwsCredentials, signedHeaders } from './signature.ts';

const service = 'AWS STS';

/** Credentials of a role that the key is used in. @throws PluginError */
export async function assumeRole(
  role: string,
  { region, domain }: Place,
  credentials: AwsCredentials,
): Promise<AwsCredentials> {
  const host = `sts.${region}.${domain}`;
  const form = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'sops@flux-host',
  };
  const body = Object.entries(form)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const xml = await ask({
    service,
    url: `https://${host}/`,
    headers: signedHeaders({ host, region, service: 'sts', headers, body }, credentials, Date.now()),
    body,
    errorIn: (_answer, text) => element(text, 'Message'),
    hints: { 403: `the credentials may not assume the role ${role}` },
  });
  const accessKeyId = element(xml, 'AccessKeyId');
  const secretAccessKey = element(xml, 'SecretAccessKey');
  const sessionToken = element(xml, 'SessionToken');
  if (!accessKeyId || !secretAccessKey || !sessionToken)
    throw new PluginError(`${service} gives no credentials`);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The answers of STS are flat XML. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
