import type { Plugins } from '../plugins/types.ts';
import { withoutSecrets } from '../sops/mask.ts';
import { checkAnswer } from './answer.ts';
import { type BuildCache, type BuildKey, createBuildCache } from './cache/cache.ts';
import { answerKey, builderSpec, requestKey } from './cache/key.ts';
import { packed, unpacked } from './cache/packed.ts';
import { createShared } from './cache/shared.ts';
import { remoteBaseRefused, unexpectedAnswer } from './errors.ts';
import { normalPath, type Opening, startOpening } from './opening.ts';
import { type RemoteBases, remoteBases } from './remote/bases.ts';
import { objectsOf } from './render/objects-of.ts';
import { createRenderPool, type RenderPool, type RenderPoolOptions } from './render/pool.ts';
import type { Rendered } from './render/render.ts';
import type { Substitution } from './render/substitution.ts';
import { kustomize, transform, transformsOf, withoutTransforms } from './transform.ts';
import type { Builder, BuildRequest, BuildResult, FetchRemote } from './types.ts';

export interface BuilderOptions {
  readonly plugins: Pick<Plugins, 'find' | 'call'>;
  /** Fetches remote bases; without it they are refused. */
  readonly fetchRemote?: FetchRemote;
  /** Memory for results of earlier builds, bytes; default 32 MiB. 0 turns it off. */
  readonly cacheBytes?: number;
  readonly render?: Partial<RenderPoolOptions>;
}

const renderDefaults: RenderPoolOptions = { threads: 1, idleMs: 30_000, timeoutMs: 60_000, heapMiB: 512 };

/** A plugin that asks for bases again and again would never end. */
const maxRounds = 10;

/** Makes the part of the host that turns artifacts into objects. */
export function createBuilder(options: BuilderOptions): Builder {
  const { plugins, fetchRemote } = options;
  const pool = createRenderPool({ ...renderDefaults, ...options.render });
  const cacheBytes = options.cacheBytes ?? 32 * 2 ** 20;
  const cache: BuildCache = createBuildCache(cacheBytes);
  // The same folder with other variables, for each customer or cluster: the plugin is asked once.
  const outputs = createShared<Output>({
    limit: cacheBytes / 4,
    // What a remote base has now it may not have at the next build.
    sizeOf: ({ resources, hasRemotes }) => (hasRemotes ? undefined : 2 * resources.length),
  });

  return {
    async build(request) {
      request.signal.throwIfAborted();
      // Of a builder that is not installed nothing is kept; the call says so.
      const digest = modulesOf(plugins, request);
      const key = keyOf(request, digest);
      const kept = await cache.get(key);
      if (kept) {
        const objects = await objectsOf(await unpacked(kept));
        return { objects, digest: kept.digest, reads: kept.reads, secrets: kept.secrets, cached: true };
      }
      const output = await outputs.get(
        `${answerKey(request, digest)} ${request.tree.digest} ${request.remoteBases}`,
        () => run({ plugins, pool }, request, request.remoteBases === 'allow' ? fetchRemote : undefined),
        request.signal,
      );
      const rendered = await withoutSecrets(output.secrets, () =>
        pool.render(output.resources, substitutionOf(request), request.signal),
      );
      // What a remote base has now it may not have at the next build.
      if (!output.hasRemotes && output.plugin === digest)
        await cache.set(key, await packed(rendered, output));
      return result(rendered, output);
    },
    close: () => pool.close(),
  };
}

async function result(rendered: Rendered, { reads, secrets }: Output): Promise<BuildResult> {
  const objects = await objectsOf(rendered.chunks);
  return { objects, digest: rendered.digest, reads, secrets, cached: false };
}

interface Output {
  /** In plain, where the request has them decrypted. */
  readonly resources: string;
  readonly secrets: readonly string[];
  readonly reads: readonly string[];
  readonly hasRemotes: boolean;
  /** Digest of the module that built it. */
  readonly plugin: string;
}

/** Calls the plugin until it has every remote base that it asks for. */
async function run(
  { plugins, pool }: { plugins: Pick<Plugins, 'call'>; pool: RenderPool },
  request: BuildRequest,
  fetchRemote: FetchRemote | undefined,
): Promise<Output> {
  const refuse: FetchRemote = (base) => Promise.reject(remoteBaseRefused([base]));
  const bases = remoteBases(fetchRemote ?? refuse, { namespace: request.tenant, signal: request.signal });
  try {
    const opening = await startOpening(pool, request);
    for (let round = 0; round < maxRounds; round += 1) {
      const { files } = opening;
      const { answer, reads, digest } = await call(plugins, request, { bases, files });
      if ('resources' in answer) {
        const hasRemotes = Object.keys(bases.remotes).length > 0;
        const { resources, plugin } = await transformed(plugins, request, {
          resources: answer.resources,
          plugin: digest,
        });
        const opened = await opening.open(resources, reads, { ...bases.mounts, '/in': request.tree.dir });
        const { stream, secrets } = opened;
        return { resources: stream, secrets, reads: ownReads(reads), hasRemotes, plugin };
      }
      if (!fetchRemote) throw remoteBaseRefused(answer.remotes);
      await bases.add(answer.remotes);
    }
  } finally {
    bases.release();
  }
  throw unexpectedAnswer(request.plugin, `it asked for remote bases ${maxRounds} times`);
}

/** What builders other than kustomize leave to be done. */
async function transformed(
  plugins: Pick<Plugins, 'call'>,
  request: BuildRequest,
  made: Pick<Output, 'resources' | 'plugin'>,
): Promise<Pick<Output, 'resources' | 'plugin'>> {
  if (!isTransformed(request) || isBlank(made.resources)) return made;
  const changed = await transform(plugins, request, made.resources);
  return { resources: changed.resources, plugin: `${made.plugin} ${changed.digest}` };
}

const isTransformed = (request: BuildRequest) => Object.keys(transformsOf(request)).length > 0;

/** Without a document: comments and separators at most. */
const isBlank = (yaml: string) => !/^(?!---|#)\s*\S/m.test(yaml);

/** Digests of the modules that take part in a build; what is not installed has none. */
function modulesOf(plugins: Pick<Plugins, 'find'>, request: BuildRequest): string {
  const names = isTransformed(request) ? [request.plugin, kustomize] : [request.plugin];
  return names.map((name) => plugins.find('builder', name)?.digest ?? '').join(' ');
}

async function call(
  plugins: Pick<Plugins, 'call'>,
  request: BuildRequest,
  { bases, files }: { bases: RemoteBases; files: Opening['files'] },
) {
  const { plugin, tree, path, spec, config, tenant, timeoutMs, signal } = request;
  const { output, reads, digest } = await plugins.call<unknown>({
    kind: 'builder',
    type: plugin,
    operation: 'build',
    namespace: tenant,
    ...(config ? { config } : {}),
    mounts: { '/in': tree.dir, ...bases.mounts },
    files,
    input: {
      path: normalPath(path),
      spec: withoutTransforms(plugin, builderSpec(spec)),
      ...(config ? { config } : {}),
      remotes: bases.remotes,
    },
    signal,
    ...(timeoutMs === undefined ? {} : { limits: { timeoutMs } }),
  });
  return { answer: checkAnswer(plugin, output), reads, digest };
}

/** Reads below the artifact, relative to it. */
function ownReads(reads: readonly string[]): string[] {
  return reads.flatMap((name) => {
    if (name === '/in' || name === '/in/') return [name.replace('/in', '.')];
    return name.startsWith('/in/') ? [name.slice('/in/'.length)] : [];
  });
}

function substitutionOf({ variables, substituteStrategy, strict }: BuildRequest): Substitution | null {
  const wanted = substituteStrategy === 'Always' || Object.keys(variables ?? {}).length > 0;
  return wanted ? { variables: variables ?? {}, strict: strict ?? true } : null;
}

function keyOf(request: BuildRequest, plugin: string): BuildKey {
  const { tree } = request;
  return { request: requestKey(request, plugin), treeDigest: tree.digest, treeDir: tree.dir };
}
