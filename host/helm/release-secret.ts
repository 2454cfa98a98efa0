import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { isRecord } from '../json.ts';
import type { KubeObject, NamespacedName } from '../kube/types.ts';
import { tooLarge, unreadableRelease } from './errors.ts';
import type { Release } from './types.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** What Kubernetes keeps in the data of a Secret. */
const mostSecretBytes = 2 ** 20;

/** A release is at most so large unpacked: it is in a Secret of 1 MiB. */
const mostBytes = 64 * 2 ** 20;

/** What Helm keeps a release in. */
export interface ReleaseSecret extends KubeObject {
  data?: { release?: string };
}

/** Name of the Secret of a release, as Helm calls it. */
export const secretName = (release: string, version: number): string =>
  `sh.helm.release.v1.${release}.v${version}`;

/** Packs a release as Helm does. `time` is the label that says when. @throws FluxError FLUX_E_HELM_TOO_LARGE */
export async function secretOf(
  release: Release,
  { namespace, name }: NamespacedName,
  time: 'createdAt' | 'modifiedAt',
): Promise<ReleaseSecret> {
  const zipped = await zip(JSON.stringify(release), { level: 9 });
  const packed = zipped.toString('base64');
  if (packed.length > mostSecretBytes) throw tooLarge(release, packed.length);
  const seconds = String(Math.floor(Date.now() / 1000));
  const labels = { name, owner: 'helm', status: release.info.status, version: String(release.version) };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: secretName(name, release.version), labels: { ...labels, [time]: seconds } },
    type: 'helm.sh/release.v1',
    // Helm packs in base64 what Kubernetes packs in base64 again.
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

/** The release in a Secret. @throws FluxError FLUX_E_HELM_STORAGE */
export async function releaseOf(secret: ReleaseSecret): Promise<Release> {
  try {
    return await decodeRelease(Buffer.from(secret.data?.release ?? '', 'base64').toString('latin1'));
  } catch (error) {
    throw unreadableRelease(secret.metadata.name, error);
  }
}

/** Reads what Helm keeps in `release` of its Secret. @throws Error when it is something else */
export async function decodeRelease(base64: string): Promise<Release> {
  const bytes = Buffer.from(base64, 'base64');
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isPacked ? await unzip(bytes, { maxOutputLength: mostBytes }) : bytes;
  const release: unknown = JSON.parse(text.toString('utf8'));
  if (!isRelease(release)) throw new TypeError('it has no name, version or status');
  // Helm leaves out what is empty.
  return { ...release, manifest: release.manifest ?? '' };
}

function isRelease(value: unknown): value is Release {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['version'] === 'number' &&
    isRecord(value['info']) &&
    typeof value['info']['status'] === 'string' &&
    isRecord(value['chart']) &&
    isRecord(value['chart']['metadata'])
  );
}
