import { posix } from 'node:path';
import { isAbort } from '../../errors/text.ts';
import { remoteBaseFailed, tooManyRemoteBases } from '../errors.ts';
import type { FetchedBase, FetchRemote, RemoteUser } from '../types.ts';

/** Remote bases of one build, mounted beside the artifact. */
export interface RemoteBases {
  /** Base → path in the sandbox, as the contract's `remotes`. */
  readonly remotes: Readonly<Record<string, string>>;
  /** Path in the sandbox → folder. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Fetches more bases. @throws FluxError that names the base */
  add(bases: readonly string[]): Promise<void>;
  release(): void;
}

/** Bases of one build, those of its bases included. */
const limit = 64;

export function remoteBases(fetchRemote: FetchRemote, by: RemoteUser): RemoteBases {
  const remotes: Record<string, string> = {};
  const mounts: Record<string, string> = {};
  const fetched: FetchedBase[] = [];
  return {
    remotes,
    mounts,
    async add(bases) {
      for (const base of bases) {
        if (fetched.length >= limit) throw tooManyRemoteBases(limit);
        const mount = `/remotes/${fetched.length}`;
        const one = await fetchBase(base, fetchRemote, by);
        fetched.push(one);
        mounts[mount] = one.dir;
        remotes[base] = posix.join(mount, one.path ?? '');
      }
    },
    release() {
      for (const one of fetched) one.release();
    },
  };
}

async function fetchBase(base: string, fetchRemote: FetchRemote, by: RemoteUser): Promise<FetchedBase> {
  try {
    return await fetchRemote(base, by);
  } catch (error) {
    if (by.signal.aborted || isAbort(error)) throw error;
    throw remoteBaseFailed(base, error);
  }
}
