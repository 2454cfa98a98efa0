import { sha256 } from './digest.ts';
import { digestMismatch, tooLarge } from './errors.ts';
import type { HttpResponse } from './exchange.ts';
import { readManifest } from './manifest-schema.ts';
import { largestManifest } from './manifests.ts';
import { mediaType as types } from './media-types.ts';
import { formatReference } from './reference.ts';
import { referrersIndex, referrersTag } from './referrers.ts';
import type { Transport } from './transport.ts';
import type { Descriptor, ImageIndex, ManifestContent, PushManifestOptions, Repository } from './types.ts';

type Target = Repository & { readonly tag?: string };

/** See `OciClient.pushManifest`. */
export async function pushManifest(
  transport: Transport,
  { registry, name, tag }: Target,
  { content, signal, ...options }: PushManifestOptions & { content: ManifestContent },
): Promise<Descriptor> {
  const repository = { registry, name };
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  const what = `the manifest for ${formatReference({ ...repository, ...(tag === undefined ? {} : { tag }) })}`;
  if (bytes.length > largestManifest) throw tooLarge(what, largestManifest);
  const mediaType = options.mediaType ?? mediaTypeIn(bytes);
  const read = readManifest(what, bytes, mediaType);
  const digest = sha256(bytes);
  const response = await put(transport, repository, { bytes, mediaType, at: tag ?? digest, signal });
  const [stored = digest] = response.headers('docker-content-digest');
  if (stored !== digest) throw digestMismatch(what, digest, stored);
  const descriptor: Descriptor = { mediaType, digest, size: bytes.length };
  const { subject, artifactType, annotations } = read.kind === 'image' ? read.manifest : read.index;
  if (subject && response.headers('oci-subject').length === 0) {
    const type = artifactType ?? (read.kind === 'image' ? read.manifest.config.mediaType : undefined);
    const entry: Descriptor = {
      ...descriptor,
      ...(type === undefined ? {} : { artifactType: type }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    await addReferrer(transport, { ...repository, digest: subject.digest }, { entry, signal });
  }
  return descriptor;
}

function mediaTypeIn(bytes: Uint8Array): string {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  return typeof value === 'object' && value && 'mediaType' in value && typeof value.mediaType === 'string'
    ? value.mediaType
    : types.ociManifest;
}

async function put(
  transport: Transport,
  repository: Repository,
  {
    bytes,
    mediaType,
    at,
    signal,
  }: { bytes: Uint8Array; mediaType: string; at: string; signal: AbortSignal | undefined },
): Promise<HttpResponse> {
  const response = await transport.send({
    repository,
    method: 'PUT',
    actions: 'pull,push',
    at: `manifests/${at}`,
    headers: [['content-type', mediaType]],
    body: bytes,
    expect: [200, 201, 202],
    maxBytes: 64 * 1024,
    signal,
  });
  await response.drain();
  return response;
}

/** For registries that keep no list of referrers by themselves. Two who write it at the same time may lose one entry: the specification has nothing better. */
async function addReferrer(
  transport: Transport,
  subject: Repository & { readonly digest: string },
  { entry, signal }: { entry: Descriptor; signal: AbortSignal | undefined },
): Promise<void> {
  const before = (await referrersIndex(transport, subject, signal)) ?? [];
  if (before.some(({ digest }) => digest === entry.digest)) return;
  const index: ImageIndex = { schemaVersion: 2, mediaType: types.ociIndex, manifests: [...before, entry] };
  await put(
    transport,
    { registry: subject.registry, name: subject.name },
    {
      bytes: Buffer.from(JSON.stringify(index)),
      mediaType: types.ociIndex,
      at: referrersTag(subject.digest),
      signal,
    },
  );
}
