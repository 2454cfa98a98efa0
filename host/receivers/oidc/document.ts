import { isRecord } from '../../json.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';

const mostBytes = 1024 * 1024;
const timeoutMs = 10_000;
const redirects = 3;

/**
 * GETs a JSON document through the host's rules of egress: no link-local or metadata address, and no loopback address unless the
 * issuer's URL itself names it.
 * @param issuer the URL that an administrator wrote into the Receiver
 * @throws FluxError FLUX_E_EGRESS_…, or Error when the answer is not a JSON object
 */
export async function fetchDocument(
  egress: Egress,
  { issuer, url }: { issuer: string; url: string },
): Promise<Readonly<Record<string, unknown>>> {
  const session = egress.session({ allow: ['*', new URL(issuer).host], maxBytes: mostBytes });
  try {
    const headers = [['accept', 'application/json']] as const;
    const { status, body } = await session.request({ url, headers, timeoutMs, redirects });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    if (status !== 200) throw new Error(`${url} answered with HTTP status ${status}`);
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    if (!isRecord(value)) throw new Error(`${url} answered with something else than a JSON object`);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${url} did not answer with JSON`, { cause: error });
    throw error;
  } finally {
    session.close();
  }
}
