import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './types.ts';

/** What a request is signed for. */
export interface SigningScope {
  readonly region: string;
  /** As it stands in signatures: `s3`, `ecr`, `codecommit`. */
  readonly service: string;
}

/** A request as it goes out. The path of the URL has to be encoded the way that it is sent. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** Headers that the signature covers beside Host; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `UNSIGNED-PAYLOAD`, or the SHA-256 of the body in hex; by default of an empty one. */
  readonly payloadHash?: string;
}

const emptyHash = createHash('sha256').digest('hex');

/**
 * The headers that sign a request with AWS Signature Version 4.
 * @param now milliseconds since 1970
 */
export function signatureHeaders(
  { method, url, headers = {}, payloadHash = emptyHash }: SignedRequest,
  { region, service }: SigningScope,
  { credentials, now }: { credentials: AwsCredentials; now: number },
): Record<string, string> {
  const time = amzTime(now);
  const added: Record<string, string> = {
    'x-amz-date': time,
    'x-amz-content-sha256': payloadHash,
    ...(credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {}),
  };
  const signed: Record<string, string> = { ...headers, ...added, host: url.host };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    canonicalPath(url.pathname, service),
    canonicalQuery(url),
    ...names.map((name) => `${name}:${signed[name]?.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  const { scope, signature } = sign(canonical, { time, region, service }, credentials);
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...added, authorization };
}

/** Signs what was put into canonical form. */
export function sign(
  canonical: string,
  { time, region, service }: SigningScope & { time: string },
  { secretAccessKey }: AwsCredentials,
): { scope: string; signature: string } {
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', time, scope, digest].join('\n');
  return { scope, signature: hmac(key, text).toString('hex') };
}

/** `20150830T123600Z` @param now milliseconds since 1970 */
export function amzTime(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Services other than S3 sign the path encoded twice. */
function canonicalPath(path: string, service: string): string {
  const segments = path.split('/').map((segment) => {
    const once = encoded(decodeURIComponent(segment));
    return service === 's3' ? once : encoded(once);
  });
  return segments.join('/') || '/';
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** All but letters, digits and `-._~`. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
