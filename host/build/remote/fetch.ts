import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FetchResponse, ResolveResponse, SourceRequest } from '@flux-host/sdk/contract/source.ts';
import type { ArtifactStore, DirLease } from '../../artifacts/types.ts';
import type { Plugins } from '../../plugins/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { EgressGrant } from '../../sandbox/types.ts';
import { remoteBaseUnsupported } from '../errors.ts';
import type { FetchedBase, FetchRemote, RemoteUser } from '../types.ts';
import { type GitBase, type HttpBase, parseRemoteBase } from './parse.ts';

export interface RemoteFetchOptions {
  readonly plugins: Pick<Plugins, 'call'>;
  readonly egress: Egress;
  /** Gives the folders that bases are fetched into. */
  readonly store: Pick<ArtifactStore, 'workDir'>;
  /** One base, ms. Default 2 min. */
  readonly timeoutMs?: number;
}

/** Largest file that an HTTP base may be. */
const maxFileBytes = 10 * 2 ** 20;

/** Fetches remote bases of kustomizations: Git through the git plugin, single files through the host's egress. Without credentials, as in Flux. */
export function createRemoteFetch(options: RemoteFetchOptions): FetchRemote {
  return async (base, by) => {
    const parsed = parseRemoteBase(base);
    const dir = await options.store.workDir();
    try {
      return parsed.type === 'git'
        ? await fetchGit(options, parsed, { dir, ...by })
        : await fetchHttp(options, parsed, { base, dir, ...by });
    } catch (error) {
      dir.release();
      throw error;
    }
  };
}

interface Target extends RemoteUser {
  readonly dir: DirLease;
}

async function fetchGit(
  options: RemoteFetchOptions,
  base: GitBase,
  { dir, namespace, signal }: Target,
): Promise<FetchedBase> {
  const call = <T>(name: 'resolve' | 'fetch', input: SourceRequest, out?: string) =>
    options.plugins.call<T>({
      kind: 'source',
      type: 'GitRepository',
      operation: name,
      namespace,
      input,
      address: base.repository,
      limits: { timeoutMs: options.timeoutMs ?? 120_000 },
      signal,
      ...(out ? { out } : {}),
    });
  const { ref, resolved } = await firstThatResolves(candidates(base.ref), signal, async (ref) => {
    const { output } = await call<ResolveResponse>('resolve', { spec: specOf(base, ref) });
    return { ref, resolved: output.resolved };
  });
  await call<FetchResponse>('fetch', { spec: specOf(base, ref), resolved }, dir.dir);
  return { dir: dir.dir, path: base.path, release: () => dir.release() };
}

type Ref = Readonly<Record<string, string>>;

function specOf(base: GitBase, ref: Ref): SourceRequest['spec'] {
  return { url: base.repository, ref, recurseSubmodules: base.submodules };
}

/** @throws the failure of the last one */
async function firstThatResolves<T>(
  refs: readonly Ref[],
  signal: AbortSignal,
  resolve: (ref: Ref) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  for (const ref of refs) {
    try {
      return await resolve(ref);
    } catch (error) {
      if (signal.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** What a `ref` may mean, in the order in which Git looks: a commit, a branch, a tag; none is the default branch. */
function candidates(ref: string): Ref[] {
  if (!ref) return [{ name: 'HEAD' }];
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)) return [{ commit: ref }];
  return [{ branch: ref }, { tag: ref }, { name: ref }];
}

async function fetchHttp(
  options: RemoteFetchOptions,
  base: HttpBase,
  { base: text, dir, namespace, signal }: Target & { base: string },
): Promise<FetchedBase> {
  const session = options.egress.session({ ...grantFor(base.url), maxBytes: maxFileBytes });
  const abort = () => session.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const response = await session.request({ url: base.url, redirects: 10 });
    if (response.status === 200) {
      const name = basename(new URL(base.url).pathname) || 'base.yaml';
      await pipeline(Readable.from(response.body), createWriteStream(join(dir.dir, name)));
      return { dir: dir.dir, path: name, release: () => dir.release() };
    }
    if (base.git) return await fetchGit(options, base.git, { dir, namespace, signal });
    throw remoteBaseUnsupported(text, `the server answers with status ${response.status}`);
  } finally {
    signal.removeEventListener('abort', abort);
    session.close();
  }
}

/** Any host but those inside this machine and the cloud's own; the base's own host may be named literally. */
function grantFor(url: string): EgressGrant {
  return { allow: [new URL(url).host, '*'] };
}
