import { signatureHeaders } from '../../../cloud/aws/sigv4.ts';
import type { AwsCredentials } from '../../../cloud/aws/types.ts';
import { Lru } from '../../../lru.ts';
import type { SignerContext } from '../access.ts';
import { endpointOf } from '../address.ts';

/** Where signatures are valid that nobody said a region for. */
const usualRegion = 'us-east-1';

const regions = new Lru<string>(1000);

/** Of an endpoint of AWS that names it, e.g. `s3.eu-central-1.amazonaws.com`. */
export function regionOfEndpoint(hostname: string): string | undefined {
  const form =
    /^s3[.-](?:fips[.-]|dualstack\.|accelerate\.)*(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/;
  return form.exec(hostname)?.groups?.['region'];
}

/** Asks the service where the bucket is; whatever it cannot say leads to the usual region. It is asked once for a bucket. */
export async function bucketRegion(context: SignerContext, credentials: AwsCredentials): Promise<string> {
  const { object, egress, proxy, tls, address } = context;
  const { bucketName, endpoint } = object.spec;
  const known = regions.get(`${endpoint}/${bucketName}`);
  if (known) return known;
  const url = new URL(`${endpointOf(object.spec).origin}/${encodeURIComponent(bucketName)}?location`);
  const session = egress.session({
    allow: ['*', url.host],
    maxBytes: 64 * 1024,
    ...(proxy ? { proxy } : {}),
    ...(tls && address.startsWith('https:') ? { tls } : {}),
  });
  try {
    const scope = { region: usualRegion, service: 's3' };
    const headers = signatureHeaders({ method: 'GET', url }, scope, { credentials, now: Date.now() });
    const answer = await session.request({
      url: url.href,
      headers: Object.entries(headers),
      timeoutMs: 10_000,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    const region = regionIn(Buffer.concat(pieces).toString('utf8'), answer.headers);
    regions.set(`${endpoint}/${bucketName}`, region);
    return region;
  } catch {
    // What is wrong with the way there is said by the request that it is for.
    return usualRegion;
  } finally {
    session.close();
  }
}

function regionIn(xml: string, headers: readonly (readonly [string, string])[]): string {
  const header = headers.find(([name]) => name.toLowerCase() === 'x-amz-bucket-region')?.[1];
  const said =
    /<Region>([a-z0-9-]+)<\/Region>/.exec(xml) ?? /<LocationConstraint[^>]*>([A-Za-z0-9-]+)</.exec(xml);
  const region = said?.[1] ?? header ?? usualRegion;
  return region === 'EU' ? 'eu-west-1' : region;
}
