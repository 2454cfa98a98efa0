import { encodeHex, hmac, sha256 } from '@flux-host/sdk/typescript';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A POST to an AWS service. */
export interface AwsRequest {
  readonly host: string;
  readonly region: string;
  /** As it stands in signatures: `kms`, `sts`. */
  readonly service: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers of a request, signed with Signature Version 4. @param now milliseconds since 1970 */
export function signedHeaders(
  request: AwsRequest,
  credentials: AwsCredentials,
  now: number,
): Record<string, string> {
  const { host, region, service, body } = request;
  const time = `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host,
    'x-amz-date': time,
    ...(credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {}),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    encodeHex(sha256(body)),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, encodeHex(sha256(canonical))].join('\n');
  const steps = [day, region, service, 'aws4_request', text];
  let key: string | Uint8Array = `AWS4${credentials.secretAccessKey}`;
  for (const step of steps) key = hmac('sha256', key, step);
  const signature = typeof key === 'string' ? '' : encodeHex(key);
  const { host: _host, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}
