import { isRecord } from '../../json.ts';
import { badStsEndpoint, unexpected } from '../errors.ts';
import type { Expiring } from '../kept-tokens.ts';
import { askTokenService } from '../request.ts';
import type { AwsContext } from './identities.ts';
import type { WebIdentity } from './role.ts';
import type { AwsCredentials, AwsRequest } from './types.ts';

/** Credentials and when they end. */
export type Temporary = Expiring<AwsCredentials>;

const cloud = 'AWS';
const defaultLifeMs = 900_000;
/** Addresses of AWS' token service, also within a VPC; as in Flux, a token goes nowhere else. */
const endpointForm = /^https:\/\/(.+\.)?sts(-fips)?(\.[^.]+)?(\.vpce)?\.amazonaws\.com$/;

/**
 * Exchanges a token for temporary credentials of a role.
 * @throws FluxError FLUX_E_CLOUD_…
 */
export async function assumeRole(
  { egress, endpoint }: Pick<AwsContext, 'egress' | 'endpoint'>,
  { region, stsEndpoint, proxy, signal }: Omit<AwsRequest, 'account'>,
  { role, session, jwt }: WebIdentity,
): Promise<Temporary> {
  if (stsEndpoint !== undefined && !endpoint && !endpointForm.test(stsEndpoint)) {
    throw badStsEndpoint(stsEndpoint, endpointForm.source);
  }
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: session,
    WebIdentityToken: jwt,
  });
  const answer = await askTokenService(
    egress,
    {
      cloud,
      url: endpoint?.(region) ?? stsEndpoint ?? regional(region),
      body: form.toString(),
      type: 'application/x-www-form-urlencoded',
      ...(proxy ? { proxy } : {}),
    },
    signal,
  );
  const path = ['AssumeRoleWithWebIdentityResponse', 'AssumeRoleWithWebIdentityResult', 'Credentials'];
  const fields = path.reduce<unknown>((below, name) => (isRecord(below) ? below[name] : undefined), answer);
  return temporary(isRecord(fields) ? fields : {});
}

/**
 * Credentials as AWS' services answer with them, whatever they call the token.
 * @throws FluxError FLUX_E_CLOUD_ANSWER
 */
export function temporary(fields: Readonly<Record<string, unknown>>): Temporary {
  const text = (name: string) => (typeof fields[name] === 'string' ? String(fields[name]) : '');
  const [accessKeyId, secretAccessKey] = [text('AccessKeyId'), text('SecretAccessKey')];
  const sessionToken = text('SessionToken') || text('Token');
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw unexpected(cloud, 'there are no credentials in the answer');
  }
  const expiration = fields['Expiration'];
  const stamp = typeof expiration === 'number' ? expiration * 1000 : Date.parse(String(expiration));
  return {
    value: { accessKeyId, secretAccessKey, sessionToken },
    expiresAt: Number.isNaN(stamp) ? Date.now() + defaultLifeMs : stamp,
  };
}

const regional = (region: string): string =>
  `https://sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`;
