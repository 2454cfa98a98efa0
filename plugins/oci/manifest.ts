import { decodeUtf8, PluginError } from '@flux-host/sdk/typescript';
import { digestLike, isDigest } from './digest.ts';
import type { Wanted } from './wanted.ts';

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

export const acceptManifests = Object.values(types).join(', ');

/** Enough for any manifest: registries take no larger ones. */
const largest = 4 * 2 ** 20;

export interface Layer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A manifest of an image or artifact, or the list of those of several platforms. */
export type Manifest =
  | {
      readonly kind: 'image';
      readonly layers: readonly Layer[];
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'index';
      readonly entries: readonly { readonly digest: string; readonly platform: string }[];
    };

/** Gets a manifest by tag or digest. What comes under a digest is checked against it. @throws PluginError, HostError */
export async function getManifest(
  { base }: Wanted,
  reference: string,
): Promise<{ digest: string; manifest(): Manifest }> {
  const response = await fetch(`${base}manifests/${reference}`, { headers: { accept: acceptManifests } });
  const claimed = response.headers.get('docker-content-digest') ?? '';
  const mediaType = (response.headers.get('content-type') ?? '').replace(/;.*$/, '').trim();
  if (Number(response.headers.get('content-length') ?? 0) > largest) throw tooLarge();
  const bytes = await bytesOf(response);
  const expected = isDigest(reference) ? reference : claimed;
  const digest = digestLike(expected, bytes);
  if (isDigest(expected) && digest !== expected) {
    throw new PluginError(`the manifest has the digest ${digest} instead of ${expected}`, {
      hint: 'somebody or something on the way changed it: check the registry and proxies between; do not use it',
    });
  }
  return { digest, manifest: () => manifestOf(bytes, mediaType) };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > largest) throw tooLarge();
    parts.push(part);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const tooLarge = () => new PluginError(`the manifest is larger than ${largest} bytes`);

function manifestOf(bytes: Uint8Array, mediaType: string): Manifest {
  const isIndex = mediaType === types.index || mediaType === types.dockerList;
  if (!isIndex && mediaType !== types.manifest && mediaType !== types.dockerManifest)
    throw new PluginError(`its media type "${mediaType}" is that of no manifest which can be used`);
  const value = recordOf(parse(bytes));
  const stated = value['mediaType'];
  const other = isIndex ? ['layers', 'config'] : ['manifests', 'fsLayers'];
  if ((stated !== undefined && stated !== mediaType) || other.some((name) => name in value))
    throw new PluginError(`it says something else about its kind than its media type ${mediaType}`);
  return isIndex
    ? { kind: 'index', entries: listOf(value['manifests']).map(entryOf) }
    : {
        kind: 'image',
        layers: listOf(value['layers']).map(layerOf),
        annotations: annotationsOf(value['annotations']),
      };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes, { fatal: true }));
  } catch {
    throw new PluginError('it is no JSON');
  }
}

function layerOf(value: unknown): Layer {
  const { mediaType, digest, size } = recordOf(value);
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number')
    throw new PluginError('a layer lacks its media type, digest or size');
  if (!isDigest(digest)) throw new PluginError(`"${digest}" is no digest of a layer`);
  if (!Number.isSafeInteger(size) || size < 0) throw new PluginError(`${size} is no size of a layer`);
  return { mediaType, digest, size };
}

function entryOf(value: unknown): { digest: string; platform: string } {
  const { digest, platform } = recordOf(value);
  if (typeof digest !== 'string' || !isDigest(digest))
    throw new PluginError('an entry of the index has no digest');
  const { os, architecture } = platform === undefined ? {} : recordOf(platform);
  return { digest, platform: `${String(os)}/${String(architecture)}` };
}

function annotationsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(value === undefined || value === null ? {} : recordOf(value));
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new PluginError('it lacks a list that its media type promises');
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PluginError('it is not what its media type says');
}
