import { createHash } from 'node:crypto';
import { isRecord } from '../../json.ts';
import { signatureHeaders } from '../aws/sigv4.ts';
import type { AwsCredentials } from '../aws/types.ts';
import { badRegistry, unexpected } from '../errors.ts';
import { askTokenService } from '../request.ts';
import type { LoginContext, LoginRequest, RegistryLogin } from './types.ts';

const cloud = 'AWS';
const publicRegistry = 'public.ecr.aws';
/** As in Amazon's own credential helper, for all of its partitions. */
const registryForm =
  /^\d+\.dkr[.-]ecr(?<fips>-fips)?\.(?<region>[^./]+)\.(?<domain>amazonaws\.com(?:\.cn)?|amazonaws\.eu|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|on\.aws)$/;
const body = '{}';

interface Service {
  readonly region: string;
  readonly url: string;
  /** Name in signatures. */
  readonly service: 'ecr' | 'ecr-public';
  readonly target: string;
}

/** A login for Elastic Container Registry, private or public. */
export async function ecrLogin(context: LoginContext, request: LoginRequest): Promise<RegistryLogin> {
  const { egress, aws, now = Date.now } = context;
  const { account, proxy, signal, repository } = request;
  const { region, url, service, target } = serviceOf(repository.registry);
  const address = new URL(context.endpoint?.(url) ?? url);
  const credentials = await aws.credentials({
    account,
    region,
    ...(proxy ? { proxy } : {}),
    ...(signal ? { signal } : {}),
  });
  const headers = signed({ url: address, target, region, service }, credentials, now());
  const answer = await askTokenService(
    egress,
    { cloud, url: address.href, headers: Object.entries(headers), body, ...(proxy ? { proxy } : {}) },
    signal,
  );
  return loginIn(answer);
}

function serviceOf(registry: string): Service {
  if (registry === publicRegistry) {
    const region = 'us-east-1';
    const url = `https://api.ecr-public.${region}.amazonaws.com/`;
    return { region, url, service: 'ecr-public', target: 'SpencerFrontendService.GetAuthorizationToken' };
  }
  const { region, domain, fips } = registryForm.exec(registry)?.groups ?? {};
  if (region === undefined || domain === undefined)
    throw badRegistry(`invalid AWS registry: '${registry}'`, '<account>.dkr.ecr.<region>.amazonaws.com');
  // The dual-stack domain of registries is not that of the API.
  const host = domain === 'on.aws' ? 'amazonaws.com' : domain;
  return {
    region,
    url: fips ? `https://ecr-fips.${region}.${host}/` : `https://api.ecr.${region}.${host}/`,
    service: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
  };
}

function signed(
  { url, target, region, service }: Omit<Service, 'url'> & { url: URL },
  credentials: AwsCredentials,
  now: number,
): Record<string, string> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const request = { method: 'POST', url, headers, payloadHash };
  return { ...headers, ...signatureHeaders(request, { region, service }, { credentials, now }) };
}

function loginIn({ authorizationData }: Record<string, unknown>): RegistryLogin {
  const data: unknown = Array.isArray(authorizationData) ? authorizationData[0] : authorizationData;
  const { authorizationToken, expiresAt } = isRecord(data) ? data : {};
  const text =
    typeof authorizationToken === 'string' ? Buffer.from(authorizationToken, 'base64').toString() : '';
  const colon = text.indexOf(':');
  if (colon <= 0) throw unexpected(cloud, 'there is no authorizationToken in the answer');
  const seconds = Number(expiresAt ?? 0);
  return {
    value: { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1) },
    expiresAt: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : Date.now(),
  };
}
