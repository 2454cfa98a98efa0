import { hasOciCode } from '@flux-host/host/oci/retry.ts';
import type { Descriptor, OciClient, Repository } from '@flux-host/host/oci/types.ts';
import { largestModule } from '@flux-host/sdk/contract/artifact.ts';

/** Where images with their signatures are copied from and to: a repository, or a folder. */
export interface ImageStore {
  /** For messages. */
  readonly name: string;
  /** What a tag or digest means; undefined is the only image there is. @throws FluxError when it is not there */
  resolve(tag: string | undefined): Promise<Descriptor>;
  /** What a tag means, if it is there. */
  find(tag: string): Promise<Descriptor | undefined>;
  manifest(descriptor: Descriptor): Promise<Uint8Array>;
  /** Manifests that have a digest as their subject. */
  referrers(digest: string): Promise<readonly Descriptor[]>;
  saveBlob(descriptor: Descriptor, file: string): Promise<void>;
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  addBlob(descriptor: Descriptor, file: string): Promise<void>;
  addManifest(descriptor: Descriptor, content: Uint8Array, tag: string | undefined): Promise<void>;
}

/** A repository of a registry. */
export function openRepository(
  { registry, name }: Repository,
  client: OciClient,
  signal: AbortSignal,
): ImageStore {
  const repository = { registry, name };
  return {
    name: `${registry}/${name}`,
    resolve: async (tag) => (await client.manifest(refOf(repository, tag), { signal })).descriptor,
    async find(tag) {
      try {
        return (await client.manifest({ ...repository, tag }, { signal })).descriptor;
      } catch (error) {
        if (hasOciCode(error, 'FLUX_E_OCI_NOT_FOUND')) return undefined;
        throw error;
      }
    },
    manifest: async ({ digest }) => (await client.manifest({ ...repository, digest }, { signal })).bytes,
    referrers: (digest) => client.referrers({ ...repository, digest }, { signal }),
    saveBlob: (descriptor, file) =>
      client.saveBlob(repository, descriptor, { file, maxBytes: largestModule, signal }),
    hasBlob: ({ digest }) => client.hasBlob({ ...repository, digest }, { signal }),
    async addBlob(_descriptor, file) {
      await client.pushBlob(repository, { file }, { signal });
    },
    async addManifest({ mediaType }, content, tag) {
      await client.pushManifest({ ...repository, ...(tag && { tag }) }, content, { mediaType, signal });
    },
  };
}

function refOf(repository: Repository, tag = 'latest'): Repository & { tag?: string; digest?: string } {
  return tag.includes(':') ? { ...repository, digest: tag } : { ...repository, tag };
}
