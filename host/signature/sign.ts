import { sign } from 'node:crypto';
import { mediaType } from '../oci/media-types.ts';
import { hasOciCode } from '../oci/retry.ts';
import type { Descriptor, ImageManifest } from '../oci/types.ts';
import { legacyTag } from './candidates.ts';
import { legacyAnnotation } from './legacy-signature.ts';
import { keyHint } from './public-key.ts';
import { simpleSigning, simpleSigningType } from './simple-signing.ts';
import { inTotoType, preAuthEncoding, signPredicate, signStatement } from './statement.ts';
import type { SignOptions } from './types.ts';

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * Signs a digest that is in the registry with a key and attaches the signature to it: `cosign verify --key` accepts it with `--insecure-ignore-tlog`,
 * and so does Flux. No transparency log is told.
 * @throws FluxError FLUX_E_OCI_… of the registry
 */
export async function signCosign(options: SignOptions): Promise<void> {
  await (options.format === 'legacy' ? signLegacy(options) : signBundle(options));
}

async function signBundle(options: SignOptions): Promise<void> {
  const { client, ref, digest, key, annotations = {}, signal } = options;
  const { registry, name } = ref;
  const call = signal ? { signal } : {};
  const { descriptor: subject } = await client.manifest({ registry, name, digest }, call);
  const payload = signStatement(digest, annotations);
  const signature = sign('sha256', preAuthEncoding(inTotoType, payload), key.privateKey);
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: keyHint(key.publicKey) } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: inTotoType,
      signatures: [{ sig: signature.toString('base64') }],
    },
  };
  const layer = await client.pushBlob(ref, Buffer.from(JSON.stringify(bundle)), call);
  const config = await client.pushBlob(ref, Buffer.from('{}'), call);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: bundleType,
    config: { ...config, mediaType: mediaType.empty },
    layers: [{ ...layer, mediaType: bundleType }],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': signPredicate,
      'org.opencontainers.image.created': new Date().toISOString(),
    },
  };
  await client.pushManifest({ registry, name }, manifest, call);
}

/** Adds to the signatures that are there: they are all layers of one manifest. */
async function signLegacy(options: SignOptions): Promise<void> {
  const { client, ref, digest, key, annotations = {}, signal } = options;
  const { registry, name } = ref;
  const call = signal ? { signal } : {};
  const payload = simpleSigning(`${registry}/${name}`, digest, annotations);
  const signature = sign('sha256', payload, key.privateKey).toString('base64');
  const blob = await client.pushBlob(ref, payload, call);
  const layer: Descriptor = {
    ...blob,
    mediaType: simpleSigningType,
    annotations: { [legacyAnnotation.signature]: signature },
  };
  const layers = [...(await earlierLayers(options)), layer];
  const config = await client.pushBlob(ref, Buffer.from(JSON.stringify(imageConfig(layers))), call);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers,
  };
  const tag = legacyTag(digest);
  await client.pushManifest({ registry, name, tag }, manifest, call);
}

async function earlierLayers({ client, ref, digest, signal }: SignOptions): Promise<readonly Descriptor[]> {
  const { registry, name } = ref;
  try {
    const tag = legacyTag(digest);
    const { content } = await client.manifest({ registry, name, tag }, signal ? { signal } : {});
    return content.kind === 'image' ? content.manifest.layers : [];
  } catch (error) {
    if (hasOciCode(error, 'FLUX_E_OCI_NOT_FOUND')) return [];
    throw error;
  }
}

/** Registries and tools that know images only want a config that fits the layers. */
function imageConfig(layers: readonly Descriptor[]): object {
  return {
    architecture: '',
    os: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
}
