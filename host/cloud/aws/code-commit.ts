import { badCodeCommitUrl } from '../errors.ts';
import { amzTime, sign } from './sigv4.ts';
import type { AwsCredentials } from './types.ts';

/** How long the server takes a signature for a password, ms. */
export const codeCommitLifeMs = 900_000;

/**
 * The region of a repository at AWS CodeCommit, e.g. of `https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app`.
 * @throws FluxError FLUX_E_CLOUD_ADDRESS
 */
export function codeCommitRegion(url: URL): string {
  const { hostname, protocol } = url;
  const parts = hostname.split('.');
  const isService = /^git-codecommit(-fips)?\./.test(hostname) && /\.amazonaws\.com(\.cn)?$/.test(hostname);
  if (protocol !== 'https:')
    throw badCodeCommitUrl('AWS CodeCommit authentication requires an HTTPS Git URL');
  if (parts.length < 4 || !isService) throw badCodeCommitUrl(`invalid AWS CodeCommit Git URL: ${url.host}`);
  return parts[1] ?? '';
}

/**
 * User and password for a repository: the password is a signature of the address with the time in front, as git-remote-codecommit makes it.
 * @param now milliseconds since 1970
 */
export function codeCommitPassword(
  url: URL,
  credentials: AwsCredentials,
  now: number,
): { username: string; password: string } {
  // The signature has the time without the zone, which the password adds.
  const time = amzTime(now).slice(0, -1);
  const canonical = ['GIT', url.pathname, '', `host:${url.host}`, '', 'host', ''].join('\n');
  const scope = { time, region: codeCommitRegion(url), service: 'codecommit' };
  const { signature } = sign(canonical, scope, credentials);
  const { accessKeyId, sessionToken } = credentials;
  return {
    username: sessionToken ? `${accessKeyId}%${sessionToken}` : accessKeyId,
    password: `${time}Z${signature}`,
  };
}
