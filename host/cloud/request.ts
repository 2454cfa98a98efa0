import { isRecord } from '../json.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { EgressGrant } from '../sandbox/types.ts';
import { refused, unexpected } from './errors.ts';
import type { AccessToken } from './types.ts';

const maxBytes = 256 * 1024;
const timeoutMs = 10_000;
const longestText = 300;

/** What is sent to a token service. */
export interface TokenCall {
  readonly cloud: string;
  readonly url: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Without one the method is GET. */
  readonly body?: string;
  readonly type?: 'application/json' | 'application/x-www-form-urlencoded';
  readonly proxy?: EgressGrant['proxy'];
  readonly tls?: EgressGrant['tls'];
}

/**
 * Asks a token service, or another API of a cloud, and gives its JSON answer.
 * @throws FluxError FLUX_E_CLOUD_REFUSED with what the service says about the error, FLUX_E_CLOUD_ANSWER, FLUX_E_EGRESS_…
 */
export async function askTokenService(
  egress: Egress,
  call: TokenCall,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const session = egress.session({
    allow: ['*', new URL(call.url).host],
    maxBytes,
    ...(call.proxy ? { proxy: call.proxy } : {}),
    ...(call.tls ? { tls: call.tls } : {}),
  });
  const stop = () => session.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { status, body } = await session.request({
      url: call.url,
      method: call.body === undefined ? 'GET' : 'POST',
      headers: [
        ['accept', 'application/json'],
        ...(call.type ? [['content-type', call.type] as const] : []),
        ...(call.headers ?? []),
      ],
      ...(call.body === undefined ? {} : { body: Buffer.from(call.body) }),
      timeoutMs,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const answer = parse(Buffer.concat(pieces).toString('utf8'));
    if (status !== 200 && status !== 201) throw refused(call.cloud, status, reasonIn(answer));
    if (!answer) throw unexpected(call.cloud, 'the answer is no JSON object');
    return answer;
  } finally {
    signal?.removeEventListener('abort', stop);
    session.close();
  }
}

/** A token of an OAuth endpoint, asked for with a form. */
export async function oauthExchange(
  egress: Egress,
  {
    cloud,
    url,
    form,
    proxy,
  }: Pick<TokenCall, 'cloud' | 'url'> & {
    readonly form: Readonly<Record<string, string>>;
    readonly proxy?: TokenCall['proxy'] | undefined;
  },
  signal?: AbortSignal,
): Promise<AccessToken> {
  const answer = await askTokenService(
    egress,
    {
      cloud,
      url,
      body: new URLSearchParams(form).toString(),
      type: 'application/x-www-form-urlencoded',
      ...(proxy ? { proxy } : {}),
    },
    signal,
  );
  return oauthToken(cloud, answer);
}

/** The token that a metadata server answers with. @throws FluxError FLUX_E_CLOUD_ANSWER */
export function metadataToken(cloud: string, text: string): AccessToken {
  const answer = parse(text);
  if (!answer) throw unexpected(cloud, 'the metadata server does not answer with JSON');
  return oauthToken(cloud, answer);
}

/** The token of an OAuth answer: `access_token`, `expires_in`. */
export function oauthToken(cloud: string, answer: Record<string, unknown>): AccessToken {
  const { access_token: value, expires_in: lifetime } = answer;
  if (typeof value !== 'string' || value === '')
    throw unexpected(cloud, 'there is no access_token in the answer');
  const seconds = Number(lifetime ?? 0);
  return { value, expiresAt: Date.now() + (Number.isFinite(seconds) ? seconds * 1000 : 0) };
}

/** Only the fields that describe an error: an answer may repeat what was sent. */
function reasonIn(answer: Record<string, unknown> | undefined): string {
  // OAuth and Google, AWS, GitHub.
  const error = answer?.['error'] ?? answer?.['Error'] ?? answer?.['message'];
  const nested = isRecord(error) ? (error['message'] ?? error['Message']) : error;
  const texts = [nested, answer?.['error_description']].filter((text) => typeof text === 'string');
  return texts.join(': ').slice(0, longestText) || 'without a reason';
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
