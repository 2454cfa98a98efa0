import { blob, readBlob, saveBlob } from './blobs.ts';
import { hasBlob } from './has-blob.ts';
import { manifest, resolve } from './manifests.ts';
import { createRegistryMemory, memoryFor } from './memory.ts';
import { pushManifest } from './push-manifest.ts';
import { referrers } from './referrers.ts';
import { tags } from './tags.ts';
import { createTransport, type Transport } from './transport.ts';
import type { CallOptions, OciClient, OciClientOptions, Reference } from './types.ts';
import { pushBlob } from './upload.ts';

/** A client for registries with one user's access. Cheap to make; share `memory` between clients. */
export function createOciClient(options: OciClientOptions): OciClient {
  const transport = clientTransport(options);
  return {
    resolve: (ref, options = {}) => resolve(transport, ref, options),
    manifest: (ref, options = {}) => manifest(transport, ref, options),
    blob: (repository, descriptor, options) => blob(transport, repository, { ...options, descriptor }),
    readBlob: (repository, descriptor, options) =>
      readBlob(transport, repository, { ...options, descriptor }),
    saveBlob: (repository, descriptor, options) =>
      saveBlob(transport, repository, { ...options, descriptor }),
    tags: (repository, options = {}) => tags(transport, repository, options),
    referrers: (ref, options = {}) => referrers(transport, ref, options),
    hasBlob: ({ registry, name, digest }, { signal } = {}) =>
      hasBlob(transport, { repository: { registry, name }, digest, actions: 'pull', signal }),
    pushBlob: (repository, content, options = {}) => pushBlob(transport, repository, { ...options, content }),
    pushManifest: (ref, content, options = {}) => pushManifest(transport, ref, { ...options, content }),
    tag: (ref, tag, options = {}) => retag(transport, ref, { ...options, tag }),
    deleteManifest: (ref, options = {}) => deleteManifest(transport, ref, options),
  };
}

/** How the requests of a client are sent. */
export function clientTransport({
  egress,
  access = {},
  memory = createRegistryMemory(),
  timeoutMs = 30_000,
  retries = 3,
  delayMs = 250,
}: OciClientOptions): Transport {
  return createTransport({
    egress,
    access,
    memory: memoryFor(memory, access),
    credentials: access.credentials ?? (() => undefined),
    insecure: access.insecure ?? false,
    timeoutMs,
    retries,
    delayMs,
  });
}

async function retag(
  transport: Transport,
  ref: Reference,
  { tag, ...options }: CallOptions & { tag: string },
) {
  const { bytes, descriptor } = await manifest(transport, ref, options);
  return pushManifest(
    transport,
    { registry: ref.registry, name: ref.name, tag },
    { ...options, content: bytes, mediaType: descriptor.mediaType },
  );
}

async function deleteManifest(
  transport: Transport,
  { registry, name, tag, digest }: Reference,
  { signal }: CallOptions,
): Promise<void> {
  const target = digest ?? tag;
  if (target === undefined) throw new Error('a reference needs a tag or a digest');
  const response = await transport.send({
    repository: { registry, name },
    method: 'DELETE',
    actions: 'delete,pull,push',
    at: `manifests/${target}`,
    expect: [200, 202, 204],
    maxBytes: 64 * 1024,
    signal,
  });
  await response.drain();
}
