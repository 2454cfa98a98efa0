import type { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { accessTo } from '../../image/access.ts';
import { digestFailed, noTags } from '../../image/errors.ts';
import { inspectImage } from '../../image/inspect.ts';
import { choiceOf } from '../../image/policy/choose.ts';
import { candidatesOf } from '../../image/policy/filter.ts';
import type { TagStore } from '../../image/tags.ts';
import { createOciClient } from '../../oci/client.ts';
import type { RegistryMemory } from '../../oci/memory.ts';
import type { OciClient } from '../../oci/types.ts';
import type { Plugins } from '../../plugins/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { canonicalNameOf, repositoryOf } from '../image-repository/reconciler.ts';
import type { AccessOptions } from '../registry/access.ts';
import { type Success, simpleAttempt } from '../simple-attempt.ts';
import type { Context, Reconciler } from '../types.ts';
import { askPlugin } from './ask-plugin.ts';
import { type RepositoryLookup, repositoryFor } from './repository.ts';

export interface ImagePolicyOptions extends AccessOptions, RepositoryLookup {
  readonly egress: Egress;
  readonly registries: RegistryMemory;
  readonly tags: TagStore;
  readonly plugins: Pick<Plugins, 'call'>;
}

type ImageRef = NonNullable<NonNullable<ImagePolicy['status']>['latestRef']>;

/** Chooses one of the tags that an ImageRepository found. */
export function createImagePolicyReconciler(options: ImagePolicyOptions): Reconciler<ImagePolicy> {
  return {
    async reconcile(context) {
      try {
        return await simpleAttempt(context, () => update(options, context));
      } catch (error) {
        if (context.object.status) delete context.object.status.observedPreviousRef;
        throw error;
      }
    },
    finalize: async () => {},
  };
}

async function update(options: ImagePolicyOptions, context: Context<ImagePolicy>): Promise<Success> {
  const { object, signal } = context;
  const repository = await repositoryFor(object, options, signal);
  const at = repositoryOf(repository);
  const tags = await options.tags.read(canonicalNameOf(at));
  if (tags.length === 0) throw noTags();
  const tag = await choose(options, context, { repository, tags });
  const latest: ImageRef = { name: repository.spec.image, tag };
  const digest = await digestOf(options, context, { repository, latest });
  if (digest) latest.digest = digest;
  remember(object, latest);
  const { interval } = object.spec;
  return {
    message: readyMessage(object, latest),
    ...(interval ? { requeueAfterMs: parseDuration(interval) } : {}),
  };
}

async function choose(
  options: ImagePolicyOptions,
  context: Context<ImagePolicy>,
  { repository, tags }: { repository: ImageRepository; tags: readonly string[] },
): Promise<string> {
  const { object, key, signal } = context;
  const { policy, filterTags } = object.spec;
  const candidates = candidatesOf(tags, filterTags);
  if (!policy.plugin) return candidates.tagOf(choiceOf(policy)(candidates.values));
  const { plugin } = policy;
  let client: OciClient | undefined;
  const current = object.status?.latestRef?.tag;
  return context.waiting(() =>
    askPlugin(options.plugins, {
      policy: plugin,
      namespace: key.namespace,
      image: repository.spec.image,
      tags: candidates.values.map((value) => candidates.tagOf(value)),
      current,
      signal,
      async inspect(tag) {
        client ??= await clientFor(options, repository, signal);
        return inspectImage(client, { ...repositoryOf(repository), tag }, signal);
      },
    }),
  );
}

/** The digest of the tag, as `spec.digestReflectionPolicy` wants it. */
async function digestOf(
  options: ImagePolicyOptions,
  context: Context<ImagePolicy>,
  { repository, latest }: { repository: ImageRepository; latest: ImageRef },
): Promise<string | undefined> {
  const { object, signal } = context;
  const { digestReflectionPolicy = 'Never' } = object.spec;
  if (digestReflectionPolicy === 'Never') return undefined;
  const known = object.status?.latestRef;
  const isSame = known?.name === latest.name && known.tag === latest.tag;
  if (digestReflectionPolicy === 'IfNotPresent' && isSame && known.digest) return known.digest;
  try {
    const client = await clientFor(options, repository, signal);
    const reference = { ...repositoryOf(repository), tag: latest.tag };
    const { digest } = await context.waiting(() => client.resolve(reference, { signal }));
    return digest;
  } catch (error) {
    throw error instanceof FluxError ? digestFailed(`${latest.name}:${latest.tag}`, error) : error;
  }
}

async function clientFor(
  options: ImagePolicyOptions,
  repository: ImageRepository,
  signal: AbortSignal,
): Promise<OciClient> {
  const { egress, registries: memory } = options;
  return createOciClient({ egress, memory, access: await accessTo(repository, options, signal) });
}

function remember(object: ImagePolicy, latest: ImageRef): void {
  const known = object.status?.latestRef;
  if (known && written(known) === written(latest)) return;
  const { observedPreviousRef: _older, ...rest } = object.status ?? {};
  object.status = { ...rest, latestRef: latest, ...(known ? { observedPreviousRef: known } : {}) };
}

function readyMessage({ status }: ImagePolicy, latest: ImageRef): string {
  const digest = latest.digest ? ` with digest ${latest.digest}` : '';
  const message = `Latest image tag for ${latest.name} resolved to ${latest.tag}${digest}`;
  const previous = status?.observedPreviousRef;
  if (!previous || written(previous) === written(latest)) return message;
  return `${message} (previously ${written(previous)})`;
}

function written({ name, tag, digest }: ImageRef): string {
  return `${name}:${tag}${digest ? `@${digest}` : ''}`;
}
