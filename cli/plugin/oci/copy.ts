import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord, listAt, stringAt } from '@flux-host/host/json.ts';
import { isIndexType } from '@flux-host/host/oci/media-types.ts';
import type { Descriptor } from '@flux-host/host/oci/types.ts';
import { inputError } from '../errors.ts';
import type { ImageStore } from './store.ts';

/** What cosign 2 and tools like it attach by tag: signatures, attestations, bills of materials. */
const attachments = ['sig', 'att', 'sbom'];

export interface CopyOptions {
  readonly from: ImageStore;
  readonly to: ImageStore;
  /** Tag or digest to copy; undefined: the only image. */
  readonly source: string | undefined;
  /** Tag at the target. */
  readonly tag: string | undefined;
  readonly signal: AbortSignal;
}

export interface Copied {
  readonly digest: string;
  /** Signatures and other things that refer to the image. */
  readonly attached: number;
}

/** Copies an image byte for byte with everything that refers to it, so that its signatures stay good. What is there already is not sent again. */
export async function copyImage({ from, to, source, tag, signal }: CopyOptions): Promise<Copied> {
  const work = await mkdtemp(join(tmpdir(), 'flux-plugin-mirror-'));
  let attached = 0;

  const copyBlob = async (descriptor: Descriptor): Promise<void> => {
    signal.throwIfAborted();
    if (await to.hasBlob(descriptor)) return;
    const file = join(work, 'blob');
    await from.saveBlob(descriptor, file);
    await to.addBlob(descriptor, file);
    await rm(file);
  };

  const copyManifest = async (descriptor: Descriptor, name: string | undefined): Promise<void> => {
    const content = await from.manifest(descriptor);
    const parsed: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    if (isIndexType(descriptor.mediaType)) {
      for (const each of descriptorsAt(parsed, 'manifests')) await copyManifest(each, undefined);
    } else {
      const config = isRecord(parsed) ? descriptorOf(parsed['config']) : undefined;
      for (const each of [...(config ? [config] : []), ...descriptorsAt(parsed, 'layers')])
        await copyBlob(each);
    }
    await to.addManifest(descriptor, content, name);
  };

  const copyReferrers = async (digest: string, depth: number): Promise<void> => {
    for (const each of await from.referrers(digest)) {
      await copyManifest(each, undefined);
      attached += 1;
      // A signature may itself be signed; what refers to itself would never end.
      if (depth < 4) await copyReferrers(each.digest, depth + 1);
    }
  };

  try {
    const image = await from.resolve(source);
    await copyManifest(image, tag);
    await copyReferrers(image.digest, 0);
    for (const suffix of attachments) {
      const name = `${image.digest.replace(':', '-')}.${suffix}`;
      const found = await from.find(name);
      if (!found) continue;
      await copyManifest(found, name);
      attached += 1;
    }
    return { digest: image.digest, attached };
  } finally {
    await rm(work, { recursive: true });
  }
}

function descriptorsAt(value: unknown, field: string): Descriptor[] {
  return listAt(value, field).map((entry) => {
    const descriptor = descriptorOf(entry);
    if (!descriptor) throw inputError('a manifest has an entry without type, digest or size');
    return descriptor;
  });
}

function descriptorOf(entry: unknown): Descriptor | undefined {
  const mediaType = stringAt(entry, 'mediaType');
  const digest = stringAt(entry, 'digest');
  if (!isRecord(entry) || !mediaType || !digest || typeof entry['size'] !== 'number') return undefined;
  return { mediaType, digest, size: entry['size'] };
}
