import { clone } from '../json.ts';
import { secrets } from '../kube/core.ts';
import { isKube } from '../kube/errors.ts';
import type { KubeClient } from '../kube/types.ts';
import { type ReleaseSecret, releaseOf, secretName, secretOf } from './release-secret.ts';
import type { Release } from './types.ts';

/** What a record says from outside, without being read. */
export interface RecordSummary {
  readonly version: number;
  readonly status: string;
}

/**
 * The records of one release, in Secrets as Helm keeps them: `helm list`, `status`, `history` and `rollback` work on them. Each is asked
 * for once and then known, until `forget`: while a record is pending nobody else writes, as with Helm.
 */
export interface ReleaseStorage {
  /** The one with the highest number. */
  last(): Promise<Release | undefined>;
  get(version: number): Promise<Release | undefined>;
  /** What there is, oldest first. */
  records(): Promise<readonly RecordSummary[]>;
  /** From the one that is deployed on, or all when none is; oldest first. */
  current(): Promise<Release[]>;
  /** All of them, oldest first. */
  history(): Promise<Release[]>;
  /** @throws FluxError FLUX_E_HELM_TOO_LARGE for one that could not be kept */
  check(release: Release): Promise<void>;
  /** Adds a record, and removes the oldest beyond `most` (0: none), never the one that is deployed. */
  create(release: Release, most: number): Promise<void>;
  update(release: Release): Promise<void>;
  remove(version: number): Promise<void>;
  /** Others may have written since. */
  forget(): void;
}

export interface StorageOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Of the release. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told of every record that was written; it is the listener's own copy. */
  onWrite?(release: Release): void;
}

export function createStorage({ client, namespace, name, signal, onWrite }: StorageOptions): ReleaseStorage {
  const keyOf = (version: number) => ({ namespace, name: secretName(name, version) });
  let listed: Promise<readonly RecordSummary[]> | undefined;
  /** Handed out as copies: those who are given a record change it. */
  const known = new Map<number, Release>();

  const forget = (): void => {
    listed = undefined;
    known.clear();
  };
  const list = async (): Promise<RecordSummary[]> => {
    const labelSelector = `name=${name},owner=helm`;
    const { items } = await client.listMetadata(secrets, { namespace, labelSelector, signal });
    return items
      .map(({ metadata: { labels = {} } }) => ({
        version: Number(labels['version']),
        status: labels['status'] ?? '',
      }))
      .toSorted((a, b) => a.version - b.version);
  };
  const records = (): Promise<readonly RecordSummary[]> => {
    listed ??= list().catch((error: unknown) => {
      listed = undefined;
      throw error;
    });
    return listed;
  };
  const get = async (version: number): Promise<Release | undefined> => {
    const found = known.get(version);
    if (found) return clone(found);
    try {
      const secret = await client.get<ReleaseSecret>(secrets, keyOf(version), { signal });
      const release = await releaseOf(secret);
      known.set(version, clone(release));
      return release;
    } catch (error) {
      if (isKube(error, 'notFound')) return undefined;
      throw error;
    }
  };
  const getAll = async (wanted: readonly RecordSummary[]): Promise<Release[]> => {
    const found = await Promise.all(wanted.map(({ version }) => get(version)));
    return found.filter((release) => release !== undefined);
  };
  /** Changes one record. When that fails, nobody knows what there is. */
  const change = async (version: number, work: () => Promise<unknown>, after?: Release): Promise<void> => {
    const others = (await records()).filter((each) => each.version !== version);
    try {
      await work();
    } catch (error) {
      forget();
      throw error;
    }
    const now = after ? [...others, { version, status: after.info.status }] : others;
    listed = Promise.resolve(now.toSorted((a, b) => a.version - b.version));
    if (after) known.set(version, clone(after));
    else known.delete(version);
  };
  const write = async (release: Release, time: 'createdAt' | 'modifiedAt'): Promise<void> => {
    const send = time === 'createdAt' ? client.create : client.replace;
    const secret = await secretOf(release, { namespace, name }, time);
    await change(release.version, () => send(secrets, secret, { signal }), release);
    onWrite?.(release);
  };
  const remove = (version: number): Promise<void> =>
    change(version, async () => {
      await client.delete(secrets, keyOf(version), { signal }).catch((error: unknown) => {
        if (!isKube(error, 'notFound')) throw error;
      });
    });
  const makeRoom = async (most: number): Promise<void> => {
    const all = await records();
    const deployed = all.findLast(({ status }) => status === 'deployed');
    const surplus = all.filter((each) => each !== deployed).slice(0, Math.max(0, all.length - most + 1));
    for (const { version } of surplus) await remove(version);
  };
  return {
    get,
    records,
    remove,
    forget,
    async last() {
      const newest = (await records()).at(-1);
      return newest && get(newest.version);
    },
    async current() {
      const all = await records();
      const deployed = all.findIndex(({ status }) => status === 'deployed');
      return getAll(all.slice(Math.max(0, deployed)));
    },
    history: async () => getAll(await records()),
    async check(release) {
      await secretOf(release, { namespace, name }, 'createdAt');
    },
    async create(release, most) {
      if (most > 0) await makeRoom(most);
      await write(release, 'createdAt');
    },
    update: (release) => write(release, 'modifiedAt'),
  };
}
