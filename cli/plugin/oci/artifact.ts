import { isDeepStrictEqual } from 'node:util';
import { errorText } from '@flux-host/host/errors/text.ts';
import { sha256 } from '@flux-host/host/oci/digest.ts';
import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { formatReference } from '@flux-host/host/oci/reference.ts';
import type { Descriptor, ImageManifest, OciClient, Reference } from '@flux-host/host/oci/types.ts';
import {
  largestModule,
  notAPlugin,
  pluginArtifactType,
  pluginConfigType,
  pluginModuleType,
} from '@flux-host/sdk/contract/artifact.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { checkManifest, readManifest } from '@flux-host/sdk/module/manifest.ts';
import { inputError } from '../errors.ts';

/** A plugin in a registry, without its module. */
export interface RemotePlugin {
  readonly ref: Reference;
  /** Digest of the image manifest: what is signed. */
  readonly digest: string;
  readonly manifest: PluginManifest;
  /** The layer with the module. */
  readonly module: Descriptor;
}

const maxConfigBytes = 2 ** 20;

/**
 * Looks at a plugin in a registry; its module is not fetched.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INPUT when it is no plugin; FLUX_E_OCI_…
 */
export async function fetchPlugin(
  ref: Reference,
  client: OciClient,
  signal: AbortSignal,
): Promise<RemotePlugin> {
  const what = formatReference(ref);
  const { content, descriptor } = await client.manifest(ref, { signal });
  if (content.kind === 'index') throw inputError(`${what} is no plugin: it is an index of images`);
  const { manifest: image } = content;
  const why = notAPlugin(image);
  const [module] = image.layers;
  if (why || !module) throw inputError(`${what} is no plugin: it ${why ?? 'has no layer'}`);
  const config = await client.readBlob(ref, image.config, { maxBytes: maxConfigBytes, signal });
  return { ref, digest: descriptor.digest, manifest: parseConfig(what, config), module };
}

function parseConfig(what: string, config: Uint8Array): PluginManifest {
  try {
    return checkManifest(JSON.parse(Buffer.from(config).toString('utf8')));
  } catch (error) {
    throw inputError(`the config of ${what} is no manifest of a plugin: ${errorText(error)}`);
  }
}

/**
 * Fetches the module of a plugin. What the registry says about it has to be what the module says itself: that is what people decide on.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INPUT, FLUX_E_OCI_…
 */
export async function fetchModule(
  { ref, module, manifest }: RemotePlugin,
  client: OciClient,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const wasm = await client.readBlob(ref, module, { maxBytes: largestModule, signal });
  if (!isDeepStrictEqual(manifestOf(wasm, formatReference(ref)), manifest)) {
    throw inputError(
      `the config of ${formatReference(ref)} does not say what its module says`,
      'this is not how "flux plugin push" writes plugins: do not use it before you know why',
    );
  }
  return wasm;
}

/** @throws FluxError FLUX_E_CLI_PLUGIN_INPUT when the bytes are no plugin */
export function manifestOf(wasm: Uint8Array, what: string): PluginManifest {
  try {
    const manifest = readManifest(wasm);
    if (manifest) return manifest;
  } catch (error) {
    throw inputError(`${what} is no plugin: it ${errorText(error)}`);
  }
  throw inputError(`${what} is no plugin: it carries no manifest`, 'build it with "flux plugin build"');
}

/** Writes a plugin into a registry. The same module gives the same digest. */
export async function pushPlugin(
  ref: Reference,
  wasm: Uint8Array,
  { client, signal }: { readonly client: OciClient; readonly signal: AbortSignal },
): Promise<Descriptor> {
  const manifest = manifestOf(wasm, 'the module');
  const config = Buffer.from(JSON.stringify(manifest));
  const [configBlob, layer] = [
    await client.pushBlob(ref, config, { signal }),
    await client.pushBlob(ref, wasm, { signal }),
  ];
  const image: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: pluginArtifactType,
    config: { ...configBlob, mediaType: pluginConfigType },
    layers: [
      {
        ...layer,
        mediaType: pluginModuleType,
        annotations: { 'org.opencontainers.image.title': `${manifest.name}.wasm` },
      },
    ],
    annotations: annotationsOf(manifest, wasm),
  };
  return client.pushManifest(ref, image, { signal });
}

function annotationsOf(
  { name, version, description, source, license }: PluginManifest,
  wasm: Uint8Array,
): Record<string, string> {
  return {
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.revision': sha256(wasm),
    ...(source && { 'org.opencontainers.image.source': source }),
    ...(license && { 'org.opencontainers.image.licenses': license }),
  };
}
