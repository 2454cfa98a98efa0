import { HostError, PluginError } from '@flux-host/sdk/typescript';
import { layerFailed, pullFailed } from './failures.ts';
import { getManifest, type Layer, type Manifest } from './manifest.ts';
import { type Resolved, resolveArtifact } from './resolve.ts';
import type { Wanted } from './wanted.ts';

type Image = Extract<Manifest, { kind: 'image' }>;

/** Where the layer goes when it is kept as it is; the host looks for it there. */
const copied = '/out/layer';

/** Which one is taken of an index, as Flux does. */
const platform = 'linux/amd64';

/** Further attempts after a connection broke in the middle of a layer. */
const retries = 2;

/** Writes the selected layer of an artifact below `/out`. Everything is asked for by its digest. */
export async function fetchArtifact(wanted: Wanted, resolved: unknown) {
  const { digest, manifest } = isResolved(resolved) ? resolved : (await resolveArtifact(wanted)).resolved;
  const { layers, annotations } = await imageOf(wanted, manifest ?? (await manifestOf(wanted, digest)));
  await saveLayer(wanted, selected(wanted, layers));
  return { revision: digest, metadata: annotations };
}

async function imageOf(wanted: Wanted, found: Manifest): Promise<Image> {
  if (found.kind === 'image') return found;
  const entry = found.entries.find((one) => one.platform === platform);
  if (!entry)
    throw pullFailed(pullText(wanted), new PluginError(`no child with platform ${platform} in index`));
  const image = await manifestOf(wanted, entry.digest);
  if (image.kind === 'image') return image;
  throw pullFailed(pullText(wanted), new PluginError('its index leads to another index'));
}

async function manifestOf(wanted: Wanted, digest: string): Promise<Manifest> {
  const fetched = await getManifest(wanted, digest).catch((error: unknown) => {
    throw pullFailed(pullText(wanted), error);
  });
  try {
    return fetched.manifest();
  } catch (error) {
    throw layerFailed(
      'failed to parse artifact manifest',
      error,
      'push it as an OCI image or artifact, with a current tool',
    );
  }
}

const pullText = ({ url }: Wanted): string => `failed to pull artifact from '${url}'`;

function selected({ mediaType }: Wanted, layers: readonly Layer[]): Layer {
  const [first] = layers;
  if (!first) throw layerFailed('no layers found in artifact');
  if (mediaType === undefined) return first;
  const found = layers.find((layer) => layer.mediaType === mediaType);
  if (found) return found;
  const types = layers.map((layer) => layer.mediaType).join(', ');
  throw layerFailed(
    `failed to find layer with media type '${mediaType}' in artifact`,
    undefined,
    `its layers are: ${types}; set spec.layerSelector.mediaType to one of them`,
  );
}

async function saveLayer({ base, operation }: Wanted, { digest, size, mediaType }: Layer): Promise<void> {
  const what =
    operation === 'copy'
      ? 'failed to copy layer from artifact'
      : 'failed to extract layer contents from artifact';
  for (let left = retries; ; left -= 1) {
    try {
      const response = await fetch(`${base}blobs/${digest}`);
      const options = { digest, maxBytes: size } as const;
      await (operation === 'copy'
        ? response.save(copied, options)
        : response.save('/out', { ...options, unpack: 'tar+gzip' }));
      return;
    } catch (error) {
      if (left > 0 && isBroken(error)) continue;
      throw layerFailed(what, error, hintFor(error, mediaType));
    }
  }
}

const isBroken = (error: unknown): boolean =>
  error instanceof HostError && error.code === 'FLUX_E_OCI_NETWORK';

function hintFor(error: unknown, mediaType: string): string | undefined {
  if (!(error instanceof HostError)) return undefined;
  if (error.code !== 'FLUX_E_EGRESS_ARCHIVE') return error.hint;
  return `the layer has the media type ${mediaType}; name one that is a tar.gz in spec.layerSelector.mediaType, or keep it as it is with operation: copy`;
}

/** What `resolve` gave; the host hands it over as it was. */
function isResolved(value: unknown): value is Resolved {
  return typeof value === 'object' && value !== null && 'digest' in value && typeof value.digest === 'string';
}
