import { createOciClient } from '@flux-host/host/oci/client.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import type { Registry } from '../helpers/registry.ts';

/** Container images without content, for their tags. */
export interface ImageMaker {
  /** Pushes a tag; its config says when the image was made, and its labels. */
  push(
    repository: string,
    tag: string,
    about?: { created?: string; labels?: Record<string, string> },
  ): Promise<string>;
  close(): Promise<void>;
}

export function createImageMaker(registry: Registry): ImageMaker {
  const egress = createEgress();
  const client = createOciClient({ egress, access: { insecure: true } });
  return {
    async push(name, tag, about = {}) {
      const repository = { registry: registry.address, name };
      const config = {
        os: 'linux',
        architecture: 'amd64',
        created: about.created,
        config: { Labels: about.labels },
      };
      const pushed = await client.pushBlob(repository, Buffer.from(JSON.stringify({ ...config, tag })));
      const { digest } = await client.pushManifest(
        { ...repository, tag },
        {
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { ...pushed, mediaType: 'application/vnd.oci.image.config.v1+json' },
          layers: [],
        },
      );
      return digest;
    },
    close: () => egress.close(),
  };
}
