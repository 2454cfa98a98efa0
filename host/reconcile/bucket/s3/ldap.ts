import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import type { AwsCredentials } from '../../../cloud/aws/types.ts';
import { refused, unexpected } from '../../../cloud/errors.ts';
import type { SignerContext } from '../access.ts';
import { badSecret } from '../errors.ts';
import { tlsOf } from '../secrets.ts';

const cloud = 'the STS endpoint';
const maxBytes = 256 * 1024;

/**
 * Temporary credentials for a user of a directory (MinIO's AssumeRoleWithLDAPIdentity).
 * @throws FluxError FLUX_E_BUCKET_SECRET, FLUX_E_CLOUD_…
 */
export async function ldapCredentials(
  { egress, proxy, read, redactor }: SignerContext,
  { endpoint, secretRef, certSecretRef }: NonNullable<Bucket['spec']['sts']>,
): Promise<AwsCredentials> {
  const data = secretRef ? await read(secretRef.name) : undefined;
  if (data && !(data['username'] && data['password'])) {
    throw badSecret(
      `invalid '${secretRef?.name}' secret data for 'ldap' STS provider: required fields username, password`,
      'add both to the Secret of spec.sts.secretRef',
    );
  }
  const tls = certSecretRef ? tlsOf(certSecretRef.name, await read(certSecretRef.name)) : undefined;
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername: data?.['username'] ?? '',
    LDAPPassword: data?.['password'] ?? '',
  })) {
    url.searchParams.set(name, value);
  }
  const form = url.searchParams.toString();
  url.search = '';
  const session = egress.session({
    allow: ['*', url.host],
    maxBytes,
    ...(proxy ? { proxy } : {}),
    ...(tls && url.protocol === 'https:' ? { tls } : {}),
  });
  try {
    const { status, body } = await session.request({
      url: url.href,
      method: 'POST',
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      body: Buffer.from(form),
      timeoutMs: 10_000,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const xml = Buffer.concat(pieces).toString('utf8');
    if (status !== 200) throw refused(cloud, status, textIn(xml, 'Message') || 'without a reason');
    const [accessKeyId, secretAccessKey, sessionToken] = [
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
    ].map((name) => textIn(xml, name));
    if (!accessKeyId || !secretAccessKey || !sessionToken) {
      throw unexpected(cloud, 'there are no credentials in the answer');
    }
    redactor.add(secretAccessKey);
    redactor.add(sessionToken);
    return { accessKeyId, secretAccessKey, sessionToken };
  } finally {
    session.close();
  }
}

/** The elements that are looked for hold plain text. */
function textIn(xml: string, name: string): string {
  const [, text = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text.slice(0, 4096).replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}
