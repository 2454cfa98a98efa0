import { formatReference } from '../oci/reference.ts';
import { hasOciCode } from '../oci/retry.ts';
import type { Descriptor, ImageManifest, OciClient, Repository } from '../oci/types.ts';
import { CheckFailure } from './errors.ts';
import { simpleSigningType } from './simple-signing.ts';
import { signPredicate } from './statement.ts';

/** A signature that is attached to an image, not yet checked. */
export type Candidate = { readonly name: string } & (
  | { readonly format: 'bundle'; readonly bytes: Uint8Array }
  | {
      readonly format: 'legacy';
      readonly payload: Uint8Array;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly format: 'unreadable'; readonly failure: CheckFailure }
);

export interface Signed {
  readonly client: OciClient;
  readonly ref: Repository;
  readonly digest: string;
  readonly signal?: AbortSignal;
}

const bundleType = 'application/vnd.dev.sigstore.bundle';
const predicateAnnotation = 'dev.sigstore.bundle.predicateType';
/** More are not looked at: whoever may push could attach any number. */
const most = 64;
const largest = 4 * 2 ** 20;

/** The tag of cosign 2 for the signatures of a digest. */
export const legacyTag = (digest: string): string => `${digest.replace(':', '-')}.sig`;

/** Finds signatures one after the other, so that no more are loaded than needed: bundles of cosign 3, then those of cosign 2. */
export async function* candidates(signed: Signed): AsyncGenerator<Candidate> {
  yield* bundles(signed);
  yield* legacy(signed);
}

async function* bundles({ client, ref, digest, signal }: Signed): AsyncGenerator<Candidate> {
  const { registry, name } = ref;
  const options = signal ? { signal } : {};
  const found = (await client.referrers({ registry, name, digest }, options)).filter(mayBeBundle);
  for (const descriptor of found.sort(signaturesFirst).slice(0, most)) {
    const label = `bundle ${descriptor.digest}`;
    const { content } = await client.manifest({ registry, name, digest: descriptor.digest }, options);
    const layer = content.kind === 'image' ? onlyLayer(content.manifest) : undefined;
    if (!layer?.mediaType.startsWith(bundleType)) continue;
    if (layer.size > largest) {
      yield { name: label, format: 'unreadable', failure: tooLarge(layer.size) };
      continue;
    }
    const bytes = await client.readBlob(ref, layer, { ...options, maxBytes: largest });
    yield { name: label, format: 'bundle', bytes };
  }
}

/** Old registries say the type of the config instead of that of the artifact. */
const mayBeBundle = ({ artifactType }: Descriptor): boolean =>
  artifactType === undefined ||
  artifactType.startsWith(bundleType) ||
  artifactType === 'application/vnd.oci.empty.v1+json';

/** Attestations (SBOMs and the like) are larger, and not what is looked for. */
const signaturesFirst = (a: Descriptor, b: Descriptor): number => rank(a) - rank(b);
const rank = ({ annotations = {} }: Descriptor): number => {
  const predicate = annotations[predicateAnnotation];
  return predicate === signPredicate ? 0 : predicate === undefined ? 1 : 2;
};

const onlyLayer = ({ layers }: ImageManifest): Descriptor | undefined =>
  layers.length === 1 ? layers[0] : undefined;

async function* legacy({ client, ref, digest, signal }: Signed): AsyncGenerator<Candidate> {
  const { registry, name } = ref;
  const tag = legacyTag(digest);
  const options = signal ? { signal } : {};
  const fetched = await client.manifest({ registry, name, tag }, options).catch((error: unknown) => {
    if (hasOciCode(error, 'FLUX_E_OCI_NOT_FOUND')) return undefined;
    throw error;
  });
  if (fetched?.content.kind !== 'image') return;
  const layers = fetched.content.manifest.layers.filter(({ mediaType }) => mediaType === simpleSigningType);
  for (const [index, layer] of layers.slice(0, most).entries()) {
    const label = `signature ${index + 1} of ${formatReference({ registry, name, tag })}`;
    if (layer.size > largest) {
      yield { name: label, format: 'unreadable', failure: tooLarge(layer.size) };
      continue;
    }
    const payload = await client.readBlob(ref, layer, { ...options, maxBytes: largest });
    yield { name: label, format: 'legacy', payload, annotations: layer.annotations ?? {} };
  }
}

const tooLarge = (size: number) =>
  new CheckFailure(`its ${size} bytes are too many for a signature`, 'sign it with: cosign sign');
