import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unpack } from '@flux-host/host/artifacts/unpack.ts';
import { formatReference } from '@flux-host/host/oci/reference.ts';
import type { Descriptor, ImageManifest, OciClient, Reference } from '@flux-host/host/oci/types.ts';
import { commandError } from '../command/errors.ts';

/** The manifest of an artifact. */
export interface Fetched {
  readonly manifest: ImageManifest;
  readonly digest: string;
}

const gzipMagic = Buffer.of(0x1f, 0x8b);
const largest = 4 * 2 ** 30;

/** Of an index for several platforms that of linux/amd64 is taken. @throws FluxError FLUX_E_CLI_ARTIFACT, FLUX_E_OCI_… */
export async function fetchManifest(
  ref: Reference,
  client: OciClient,
  signal: AbortSignal,
): Promise<Fetched> {
  const { content, descriptor } = await client.manifest(ref, { signal });
  if (content.kind === 'image') return { manifest: content.manifest, digest: descriptor.digest };
  const { registry, name } = ref;
  const entry = content.index.manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  if (!entry) throw artifactError('no child with platform linux/amd64 in index');
  return fetchManifest({ registry, name, digest: entry.digest }, client, signal);
}

/** The first layer. @throws FluxError FLUX_E_CLI_ARTIFACT when there is none */
export function firstLayer({ layers: [layer] }: ImageManifest): Descriptor {
  if (!layer) throw artifactError('no layers found in artifact');
  return layer;
}

export interface ExtractOptions {
  readonly ref: Reference;
  readonly layer: Descriptor;
  readonly client: OciClient;
  readonly signal: AbortSignal;
}

/** Unpacks a layer into a folder; one that is no archive is written to the path as it is. @throws FluxError FLUX_E_CLI_ARTIFACT */
export async function extractLayer(
  { ref, layer, client, signal }: ExtractOptions,
  target: string,
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'flux-artifact-'));
  const file = join(work, 'layer');
  try {
    await client.saveBlob(ref, layer, { file, maxBytes: largest, signal });
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      if (buffer.subarray(0, bytesRead).equals(gzipMagic)) await unpack(handle.fd, target);
      else await pipeline(handle.createReadStream({ start: 0, autoClose: false }), createWriteStream(target));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof Error && !('code' in error && String(error.code).startsWith('FLUX_'))
      ? artifactError(`${formatReference(ref)}: ${error.message}`)
      : error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export const artifactError = (message: string) => commandError('FLUX_E_CLI_ARTIFACT', message);
