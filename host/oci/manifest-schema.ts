import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { isDigest } from './digest.ts';
import { wrongMediaType } from './errors.ts';
import { isImageType, isIndexType } from './media-types.ts';
import type { Descriptor, FetchedManifest, ImageIndex, ImageManifest } from './types.ts';

const Annotations = Type.Optional(Type.Record(Type.String(), Type.String()));

const DescriptorSchema = Type.Object({
  mediaType: Type.String(),
  digest: Type.String(),
  size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  annotations: Annotations,
  artifactType: Type.Optional(Type.String()),
  platform: Type.Optional(
    Type.Object({
      os: Type.String(),
      architecture: Type.String(),
      variant: Type.Optional(Type.String()),
    }),
  ),
});

const common = {
  schemaVersion: Type.Literal(2),
  mediaType: Type.Optional(Type.String()),
  artifactType: Type.Optional(Type.String()),
  subject: Type.Optional(DescriptorSchema),
  annotations: Annotations,
};

const Image = Type.Object({ ...common, config: DescriptorSchema, layers: Type.Array(DescriptorSchema) });
const Index = Type.Object({ ...common, manifests: Type.Array(DescriptorSchema) });

/**
 * Reads a manifest of the media type that the registry says.
 * @throws FluxError FLUX_E_OCI_MEDIA_TYPE for other types, and for content that means something else under another type
 */
export function readManifest(what: string, bytes: Uint8Array, mediaType: string): FetchedManifest['content'] {
  if (!isImageType(mediaType) && !isIndexType(mediaType))
    throw wrongMediaType(
      what,
      `has the media type ${JSON.stringify(mediaType)}, which is no manifest that can be used`,
    );
  const value = parse(what, bytes);
  const index = isIndexType(mediaType);
  if (
    typeof value === 'object' &&
    value !== null &&
    (('mediaType' in value && value.mediaType !== mediaType) ||
      (index ? 'layers' in value || 'config' in value : 'manifests' in value || 'fsLayers' in value))
  )
    throw wrongMediaType(what, `says something else about its kind than its media type ${mediaType}`);
  if (index ? Value.Check(Index, value) : Value.Check(Image, value)) {
    const content = index ? indexContent(value) : imageContent(value);
    if (content) return content;
  }
  throw wrongMediaType(what, `is not what its media type ${mediaType} says`);
}

function imageContent(value: unknown): FetchedManifest['content'] | undefined {
  if (!Value.Check(Image, value) || ![value.config, ...value.layers].every(valid)) return undefined;
  const manifest: ImageManifest = value;
  return { kind: 'image', manifest };
}

function indexContent(value: unknown): FetchedManifest['content'] | undefined {
  if (!Value.Check(Index, value) || !value.manifests.every(valid)) return undefined;
  const index: ImageIndex = value;
  return { kind: 'index', index };
}

const valid = ({ digest }: Static<typeof DescriptorSchema>): boolean => isDigest(digest);

/** The entries of a list of referrers. @throws FluxError FLUX_E_OCI_MEDIA_TYPE */
export function readIndex(what: string, bytes: Uint8Array): readonly Descriptor[] {
  const value = parse(what, bytes);
  if (!Value.Check(Index, value) || !value.manifests.every(valid))
    throw wrongMediaType(what, 'is no image index');
  return value.manifests;
}

function parse(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw wrongMediaType(what, 'is no JSON');
  }
}
