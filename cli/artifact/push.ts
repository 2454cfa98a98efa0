import { mediaType } from '@flux-host/host/oci/media-types.ts';
import type { Descriptor, OciClient, Repository } from '@flux-host/host/oci/types.ts';
import type { Content } from './content.ts';
import { annotation, fluxConfigType, fluxLayerType } from './types.ts';

export interface PushOptions {
  readonly client: OciClient;
  readonly ref: Repository & { readonly tag?: string };
  readonly content: Content;
  readonly source: string;
  readonly revision: string;
  /** RFC 3339 */
  readonly created: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Publishes an archive as Flux does: one layer, a config that says when, and where from as annotations. */
export async function pushArtifact(options: PushOptions): Promise<Descriptor> {
  const { client, ref, content, source, revision, created, signal } = options;
  const config = {
    architecture: '',
    created,
    os: '',
    rootfs: { type: 'layers', diff_ids: [content.diffId] },
    config: {},
  };
  const layer = await client.pushBlob(ref, { file: content.file }, { signal });
  const pushed = await client.pushBlob(ref, Buffer.from(JSON.stringify(config)), { signal });
  return client.pushManifest(
    ref,
    {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      config: { ...pushed, mediaType: fluxConfigType },
      layers: [{ ...layer, mediaType: fluxLayerType }],
      annotations: {
        [annotation.created]: created,
        [annotation.source]: source,
        [annotation.revision]: revision,
        ...options.annotations,
      },
    },
    { signal },
  );
}
