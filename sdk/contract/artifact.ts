/**
 * How a plugin lies in an OCI registry: an image manifest with this artifact type, the manifest of the plugin as its config (so that what
 * it asks for can be shown without pulling the module), and the module as its only layer.
 */
export const pluginArtifactType = 'application/vnd.flux-host.plugin.v1+json';

/** Media type of the config: a {@link PluginManifest} as JSON. */
export const pluginConfigType = 'application/vnd.flux-host.plugin.config.v1+json';

/** Media type of the layer: the `.wasm` file as it is. Its digest is that of the plugin. */
export const pluginModuleType = 'application/wasm';

/** Largest module that hosts accept, in bytes. */
export const largestModule = 128 * 2 ** 20;

/** What has to be in the manifest of the image; registries without artifact types keep the type in the config. */
export interface PluginImage {
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string };
  readonly layers: readonly { readonly mediaType: string }[];
}

/** Why an image is no plugin, as the end of a sentence about it; undefined when it is one. */
export function notAPlugin({ artifactType, config, layers }: PluginImage): string | undefined {
  const type = artifactType ?? config.mediaType;
  if (type !== pluginArtifactType && config.mediaType !== pluginConfigType) {
    return `is of type ${type}, not ${pluginArtifactType}`;
  }
  const [layer] = layers;
  if (layers.length !== 1 || layer?.mediaType !== pluginModuleType) {
    const found = layers.map(({ mediaType }) => mediaType).join(', ') || 'none';
    return `has to have one layer of type ${pluginModuleType}; its layers are: ${found}`;
  }
  return undefined;
}
