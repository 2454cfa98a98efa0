import { largestModule, notAPlugin } from '@flux-host/sdk/contract/artifact.ts';
import { formatReference } from '../../oci/reference.ts';
import type { Descriptor, OciClient } from '../../oci/types.ts';
import { notAPluginImage } from './errors.ts';
import type { Library } from './library.ts';
import type { Target } from './resolve.ts';

/**
 * Which module is in an image.
 * @throws FluxError FLUX_E_PLUGIN_IMAGE when it is no plugin's; FLUX_E_OCI_…
 */
export async function moduleIn(target: Target, client: OciClient, signal: AbortSignal): Promise<Descriptor> {
  const { content } = await client.manifest(target, { signal });
  if (content.kind === 'index') throw notAPluginImage(formatReference(target), 'is an index of images');
  const { manifest } = content;
  const why = notAPlugin(manifest);
  const [layer] = manifest.layers;
  if (why || !layer) throw notAPluginImage(formatReference(target), why ?? 'has no layer');
  return layer;
}

/**
 * Downloads a module unless it is here; its digest is checked either way.
 * @throws FluxError FLUX_E_OCI_…, FLUX_E_PLUGIN_STORAGE
 */
export async function download(
  module: Descriptor,
  {
    target,
    client,
    library,
    signal,
  }: { target: Target; client: OciClient; library: Library; signal: AbortSignal },
): Promise<void> {
  if (await library.has(module.digest)) return;
  await library.add(module.digest, (file) =>
    client.saveBlob(target, module, { file, maxBytes: largestModule, signal }),
  );
}
