import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { isRecord } from '../json.ts';
import { secrets } from '../kube/core.ts';
import { isKube } from '../kube/errors.ts';
import type { KubeClient, KubeObject } from '../kube/types.ts';
import { unreadableRelease } from './errors.ts';
import type { Release } from './types.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** A release is at most so large unpacked: it is in a Secret of 1 MiB. */
const mostBytes = 64 * 2 ** 20;

interface ReleaseSecret extends KubeObject {
  data?: { release?: string };
}

/** The records of one release, in Secrets as Helm keeps them: `helm list`, `status`, `history` and `rollback` work on them. */
export interface ReleaseStorage {
  /** The one with the highest number. */
  last(): Promise<Release | undefined>;
  get(version: number): Promise<Release | undefined>;
  /** All of them, oldest first. */
  history(): Promise<Release[]>;
  /** Adds a record, and removes the oldest beyond `most` (0: none), never the one that is deployed. */
  create(release: Release, most: number): Promise<void>;
  update(release: Release): Promise<void>;
  remove(version: number): Promise<void>;
}

export interface StorageOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Of the release. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told of every record that was written. */
  onWrite?(release: Release): void | Promise<void>;
}

export function createStorage({ client, namespace, name, signal, onWrite }: StorageOptions): ReleaseStorage {
  const keyOf = (version: number) => ({ namespace, name: `sh.helm.release.v1.${name}.v${version}` });
  const versions = async (): Promise<number[]> => {
    const { items } = await client.listMetadata(secrets, {
      namespace,
      labelSelector: `name=${name},owner=helm`,
      signal,
    });
    return items.map(({ metadata }) => Number(metadata.labels?.['version'])).toSorted((a, b) => a - b);
  };
  const get = async (version: number): Promise<Release | undefined> => {
    try {
      return await decode(await client.get<ReleaseSecret>(secrets, keyOf(version), { signal }));
    } catch (error) {
      if (isKube(error, 'notFound')) return undefined;
      throw error;
    }
  };
  const secretOf = async (release: Release, time: 'createdAt' | 'modifiedAt'): Promise<ReleaseSecret> => {
    const packed = await zip(JSON.stringify(release), { level: 9 });
    const seconds = String(Math.floor(Date.now() / 1000));
    const labels = { name, owner: 'helm', status: release.info.status, version: String(release.version) };
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...keyOf(release.version), labels: { ...labels, [time]: seconds } },
      type: 'helm.sh/release.v1',
      // Helm packs in base64 what Kubernetes packs in base64 again.
      data: { release: Buffer.from(packed.toString('base64')).toString('base64') },
    };
  };
  const remove = async (version: number): Promise<void> => {
    await client.delete(secrets, keyOf(version), { signal }).catch((error: unknown) => {
      if (!isKube(error, 'notFound')) throw error;
    });
  };
  const makeRoom = async (most: number): Promise<void> => {
    const { items } = await client.listMetadata(secrets, {
      namespace,
      labelSelector: `name=${name},owner=helm`,
      signal,
    });
    const byAge = items.toSorted((a, b) => versionOf(a.metadata.labels) - versionOf(b.metadata.labels));
    const deployed = byAge.findLast(({ metadata }) => metadata.labels?.['status'] === 'deployed');
    const surplus = byAge.filter((each) => each !== deployed).slice(0, Math.max(0, byAge.length - most + 1));
    for (const { metadata } of surplus) await remove(versionOf(metadata.labels));
  };
  return {
    get,
    remove,
    async last() {
      const version = (await versions()).at(-1);
      return version === undefined ? undefined : get(version);
    },
    async history() {
      const found = await Promise.all((await versions()).map(get));
      return found.filter((release) => release !== undefined);
    },
    async create(release, most) {
      if (most > 0) await makeRoom(most);
      await client.create(secrets, await secretOf(release, 'createdAt'), { signal });
      await onWrite?.(release);
    },
    async update(release) {
      await client.replace(secrets, await secretOf(release, 'modifiedAt'), { signal });
      await onWrite?.(release);
    },
  };
}

const versionOf = (labels: Readonly<Record<string, string>> = {}): number => Number(labels['version']);

/** @throws FluxError FLUX_E_HELM_STORAGE */
async function decode(secret: ReleaseSecret): Promise<Release> {
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
  return release;
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
