import { createOciClient } from '@flux-host/host/oci/client.ts';
import { passwordFor } from '@flux-host/host/oci/credentials.ts';
import type { OciClient, Repository } from '@flux-host/host/oci/types.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { type TarEntry, tarGzOf } from '../tar.ts';

/** Media types of Flux's artifacts. */
export const fluxTypes = {
  config: 'application/vnd.cncf.flux.config.v1+json',
  layer: 'application/vnd.cncf.flux.content.v1.tar+gzip',
} as const;

export interface ArtifactLayer {
  readonly mediaType?: string;
  readonly content: Uint8Array;
}

export interface ArtifactContent {
  /** Path to text, for the usual single layer. */
  readonly files?: Readonly<Record<string, string>>;
  /** Entries of the archive, where they are unusual. */
  readonly entries?: readonly TarEntry[];
  readonly layers?: readonly ArtifactLayer[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Pushes artifacts as `flux push artifact` does, good ones and strange ones. */
export interface ArtifactPusher {
  readonly client: OciClient;
  repository(name: string): Repository;
  /** @returns digest of the manifest */
  push(name: string, tag: string, content: ArtifactContent): Promise<string>;
  close(): Promise<void>;
}

export interface PusherOptions {
  readonly login?: { readonly username: string; readonly password: string };
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** @param address of the registry: `127.0.0.1:5000` */
export function artifactPusher(address: string, { login, tls }: PusherOptions = {}): ArtifactPusher {
  const egress = createEgress();
  const credentials = login && passwordFor(address, login.username, login.password);
  const access = { ...(credentials ? { credentials } : {}), ...(tls ? { tls } : {}) };
  const client = createOciClient({ egress, access });
  const repository = (name: string) => ({ registry: address, name });
  return {
    client,
    repository,
    async push(name, tag, content) {
      const layers = await Promise.all(
        layersOf(content).map(async ({ mediaType = fluxTypes.layer, content: bytes }) => ({
          ...(await client.pushBlob(repository(name), bytes)),
          mediaType,
        })),
      );
      const config = await client.pushBlob(repository(name), Buffer.from('{}'));
      const { digest } = await client.pushManifest(
        { ...repository(name), tag },
        {
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { ...config, mediaType: fluxTypes.config },
          layers,
          ...(content.annotations ? { annotations: content.annotations } : {}),
        },
      );
      return digest;
    },
    close: () => egress.close(),
  };
}

function layersOf({ files = {}, entries, layers }: ArtifactContent): readonly ArtifactLayer[] {
  if (layers) return layers;
  const all = entries ?? Object.entries(files).map(([name, content]) => ({ name, content }));
  return [{ content: tarGzOf(all) }];
}
