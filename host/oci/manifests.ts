import { digestCheck, isDigest, sha256 } from './digest.ts';
import { malformed, wrongMediaType } from './errors.ts';
import type { HttpResponse } from './exchange.ts';
import { readManifest } from './manifest-schema.ts';
import { acceptManifests } from './media-types.ts';
import { formatReference } from './reference.ts';
import type { Transport } from './transport.ts';
import type { CallOptions, Descriptor, FetchedManifest, Reference } from './types.ts';

/** Enough for any manifest: registries take no larger ones. */
export const largestManifest = 4 * 2 ** 20;

const accept: readonly [string, string][] = [['accept', acceptManifests]];

/** See `OciClient.resolve`. */
export async function resolve(
  transport: Transport,
  ref: Reference,
  { signal }: CallOptions,
): Promise<Descriptor> {
  const response = await transport.send({
    repository: ref,
    method: 'HEAD',
    actions: 'pull',
    at: `manifests/${target(ref)}`,
    headers: accept,
    // Refusals of a HEAD have no words in them: they are got by GET. Some registries know no HEAD at all.
    expect: [200, 400, 403, 404, 405, 501],
    maxBytes: largestManifest,
    signal,
  });
  await response.drain();
  const found = response.status === 200 ? describedBy(response, ref) : undefined;
  return found ?? (await manifest(transport, ref, { ...(signal ? { signal } : {}) })).descriptor;
}

function describedBy(response: HttpResponse, ref: Reference): Descriptor | undefined {
  const mediaType = mediaTypeOf(response);
  const digest = digestOf(response);
  const [length = ''] = response.headers('content-length');
  if (mediaType === '' || digest === undefined || !/^\d+$/.test(length)) return undefined;
  // What has another digest than was asked for is fetched and computed.
  if (ref.digest !== undefined && ref.digest !== digest) return undefined;
  return { mediaType, digest, size: Number(length) };
}

/** See `OciClient.manifest`. */
export async function manifest(
  transport: Transport,
  ref: Reference,
  { signal }: CallOptions,
): Promise<FetchedManifest> {
  const response = await transport.send({
    repository: ref,
    method: 'GET',
    actions: 'pull',
    at: `manifests/${target(ref)}`,
    headers: accept,
    expect: [200],
    maxBytes: largestManifest,
    signal,
  });
  const bytes = await response.bytes();
  const what = `the manifest of ${formatReference(ref)}`;
  const digest = ref.digest ?? digestOf(response) ?? sha256(bytes);
  const check = digestCheck(digest);
  check.update(bytes);
  check.end(what);
  const mediaType = mediaTypeOf(response);
  if (mediaType === '') throw wrongMediaType(what, 'has no media type');
  const content = readManifest(what, bytes, mediaType);
  return { descriptor: descriptorOf(content, { mediaType, digest, size: bytes.length }), bytes, content };
}

function descriptorOf(
  content: FetchedManifest['content'],
  base: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
): Descriptor {
  const { artifactType, annotations } = content.kind === 'image' ? content.manifest : content.index;
  return {
    ...base,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function target({ tag, digest }: Reference): string {
  const found = digest ?? tag;
  if (found === undefined) throw new Error('a reference needs a tag or a digest');
  return found;
}

const mediaTypeOf = (response: HttpResponse): string =>
  (response.headers('content-type')[0] ?? '').replace(/;.*$/, '').trim();

function digestOf(response: HttpResponse): string | undefined {
  const [digest] = response.headers('docker-content-digest');
  if (digest === undefined) return undefined;
  if (!isDigest(digest)) throw malformed(response.url.origin, `"${digest.slice(0, 200)}" is no digest`);
  return digest;
}
