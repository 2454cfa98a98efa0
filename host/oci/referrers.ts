import { readIndex } from './manifest-schema.ts';
import { manifest } from './manifests.ts';
import { mediaType } from './media-types.ts';
import { pages } from './pages.ts';
import { formatReference } from './reference.ts';
import { hasOciCode } from './retry.ts';
import type { Transport } from './transport.ts';
import type { CallOptions, Descriptor, Repository } from './types.ts';

type Subject = Repository & { readonly digest: string };

const most = 10_000;

/** The registry has no such API at all. */
const absentStatuses: readonly number[] = [404, 405, 501];

/** Registries get updates. */
const believedMs = 10 * 60_000;

/** The tag that stands for the list of referrers where the registry has no API for it. */
export const referrersTag = (digest: string): string => digest.replace(':', '-').slice(0, 128);

/** See `OciClient.referrers`. */
export async function referrers(
  transport: Transport,
  ref: Subject,
  { artifactType, signal }: CallOptions & { artifactType?: string },
): Promise<Descriptor[]> {
  const all =
    (await fromApi(transport, ref, { artifactType, signal })) ?? (await fromTag(transport, ref, signal));
  return all.filter((one) => artifactType === undefined || one.artifactType === artifactType);
}

async function fromApi(
  transport: Transport,
  { registry, name, digest }: Subject,
  { artifactType, signal }: { artifactType: string | undefined; signal: AbortSignal | undefined },
): Promise<Descriptor[] | undefined> {
  if ((transport.memory.noReferrers.get(registry) ?? 0) > Date.now()) return undefined;
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const what = `the list of what refers to ${formatReference({ registry, name, digest })}`;
  let [absent, lasting] = [false, false];
  const found = await pages(
    transport,
    {
      repository: { registry, name },
      at: `referrers/${digest}${query}`,
      headers: [['accept', mediaType.ociIndex]],
      // Registries from before the API answer in many ways. Where a login is missing, the tag is refused too.
      expect: [200, ...absentStatuses, 400, 403, 406],
      signal,
    },
    {
      what,
      most,
      items(bytes, response) {
        // A registry without the API may also answer with a page for browsers.
        const [type = ''] = response.headers('content-type');
        absent = response.status !== 200 || !type.startsWith(mediaType.ociIndex);
        lasting = absentStatuses.includes(response.status);
        return absent ? [] : readIndex(what, bytes);
      },
    },
  );
  if (!absent) return found;
  if (lasting) transport.memory.noReferrers.set(registry, Date.now() + believedMs);
  return undefined;
}

async function fromTag(
  transport: Transport,
  { registry, name, digest }: Subject,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  return (await referrersIndex(transport, { registry, name, digest }, signal)) ?? [];
}

/** What the tag lists; undefined when there is none. */
export async function referrersIndex(
  transport: Transport,
  { registry, name, digest }: Subject,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined> {
  try {
    const { content } = await manifest(
      transport,
      { registry, name, tag: referrersTag(digest) },
      { ...(signal ? { signal } : {}) },
    );
    return content.kind === 'index' ? content.index.manifests : [];
  } catch (error) {
    if (hasOciCode(error, 'FLUX_E_OCI_NOT_FOUND')) return undefined;
    throw error;
  }
}
