import { PluginError } from '@flux-host/sdk/typescript';
import { answerOf, ask } from '../decryptor-common/ask.ts';
import { isRecord, optionalField } from '../decryptor-common/entry.ts';
import { assertionOf } from './assertion.ts';

const service = 'Microsoft Entra ID';
const publicAuthority = 'https://login.microsoftonline.com';
/** Where credentials may be sent to. */
export const authorities = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
];

/**
 * An access token for a service principal, as the fields say that Flux knows: tenantId, clientId and clientSecret or clientCertificate, or what
 * `az ad sp create-for-rbac` prints.
 * @throws PluginError
 */
export async function accessToken(fields: Readonly<Record<string, unknown>>, scope: string): Promise<string> {
  const text = (name: string) => optionalField(fields, name);
  const tenant = text('tenantId') ?? text('tenant');
  const client = text('clientId') ?? text('appId');
  const authority = new URL(text('authorityHost') ?? publicAuthority);
  if (!authorities.includes(authority.host)) {
    throw new PluginError(`authorityHost ${authority.host} is not known`, {
      hint: `known are: ${authorities.join(', ')}`,
    });
  }
  if (!tenant || !client) throw incomplete();
  const url = `${authority.origin}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const form = new Map([
    ['client_id', client],
    ['scope', scope],
    ['grant_type', 'client_credentials'],
    ...proofOf(fields, { audience: url, client }),
  ]);
  const answer = await ask({
    service,
    url,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: [...form].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'),
    errorIn: (said) =>
      isRecord(said) ? optionalField(said, 'error_description')?.split('\n')[0] : undefined,
    hints: { 401: 'the client secret or certificate in sops.azure-kv is wrong or has expired' },
  });
  const token = optionalField(answerOf(service, answer), 'access_token');
  if (!token) throw new PluginError(`${service} gives no token`);
  return token;
}

function proofOf(
  fields: Readonly<Record<string, unknown>>,
  { audience, client }: { audience: string; client: string },
): [string, string][] {
  const secret = optionalField(fields, 'clientSecret') ?? optionalField(fields, 'password');
  if (secret) return [['client_secret', secret]];
  const certificate = optionalField(fields, 'clientCertificate');
  if (!certificate) throw incomplete();
  if (optionalField(fields, 'clientCertificatePassword')) {
    throw new PluginError('clientCertificate is protected by a password, which is not supported', {
      hint: 'store the certificate and its key as PEM without a password: the Secret protects them',
    });
  }
  const sendChain = fields['clientCertificateSendChain'] === true;
  return [
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', assertionOf(certificate, { audience, client, sendChain, now: Date.now() })],
  ];
}

const incomplete = () =>
  new PluginError(
    "invalid data in sops.azure-kv: requires a combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', 'clientId' and 'clientCertificate'",
    { hint: 'a managed identity needs no entry: leave sops.azure-kv out' },
  );
