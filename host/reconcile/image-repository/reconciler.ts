import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { formatDuration, parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { accessTo } from '../../image/access.ts';
import { invalidImage, invalidPolicy, scanFailed } from '../../image/errors.ts';
import type { TagStore } from '../../image/tags.ts';
import { createOciClient } from '../../oci/client.ts';
import { timedOut } from '../../oci/errors.ts';
import type { RegistryMemory } from '../../oci/memory.ts';
import { parseRepository } from '../../oci/reference.ts';
import type { Repository } from '../../oci/types.ts';
import { compileGoRegexp } from '../../regexp/go-regexp.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { timestamp } from '../conditions.ts';
import type { AccessOptions } from '../registry/access.ts';
import { type Success, simpleAttempt } from '../simple-attempt.ts';
import type { Context, Reconciler } from '../types.ts';
import { exclusionsOf, scheduleOf } from './scan.ts';

export interface ImageRepositoryOptions extends AccessOptions {
  readonly egress: Egress;
  readonly registries: RegistryMemory;
  readonly tags: TagStore;
  /** Whether another object looks at the same image, so that its tags have to stay. */
  isShared(object: ImageRepository): boolean;
}

const latestCount = 10;

/** Lists the tags of images. */
export function createImageRepositoryReconciler(
  options: ImageRepositoryOptions,
): Reconciler<ImageRepository> {
  return {
    reconcile: (context) => simpleAttempt(context, () => update(options, context)),
    async finalize({ object }) {
      const name = object.status?.canonicalImageName;
      if (name && !options.isShared(object)) await options.tags.remove(name);
    },
  };
}

async function update(options: ImageRepositoryOptions, context: Context<ImageRepository>): Promise<Success> {
  const { object, log } = context;
  const repository = repositoryOf(object);
  const canonicalName = canonicalNameOf(repository);
  const hasTags = (await options.tags.read(canonicalName)).length > 0;
  const schedule = scheduleOf(object, { canonicalName, hasTags });
  let requeueAfterMs = parseDuration(object.spec.interval);
  if ('why' in schedule) {
    log.debug('scanning', { reason: schedule.why });
    context.progress();
    await scan(options, context, { repository, canonicalName });
  } else {
    requeueAfterMs = schedule.inMs;
  }
  object.status = {
    ...object.status,
    canonicalImageName: canonicalName,
    observedExclusionList: [...exclusionsOf(object.spec)],
  };
  const { tagCount = 0, revision = '' } = object.status.lastScanResult ?? {};
  log.debug('next scan', { after: formatDuration(requeueAfterMs) });
  return { requeueAfterMs, message: `successful scan: found ${tagCount} tags with checksum ${revision}` };
}

async function scan(
  options: ImageRepositoryOptions,
  context: Context<ImageRepository>,
  { repository, canonicalName }: { repository: Repository; canonicalName: string },
): Promise<void> {
  const { object, signal } = context;
  const excluded = exclusionsOf(object.spec).map(compileExclusion);
  const access = await accessTo(object, options, signal);
  const limit = AbortSignal.timeout(parseDuration(object.spec.timeout ?? object.spec.interval));
  const client = createOciClient({ egress: options.egress, memory: options.registries, access });
  const all = await context.calling(async () => {
    try {
      return await client.tags(repository, { signal: AbortSignal.any([signal, limit]) });
    } catch (error) {
      if (signal.aborted) throw error;
      throw scanFailed(
        error instanceof FluxError
          ? error
          : timedOut(canonicalName, 'listing the tags took longer than spec.timeout'),
      );
    }
  });
  const tags = all.filter((tag) => !excluded.some((one) => one.test(tag))).sort(descending);
  const revision = await options.tags.write(canonicalName, tags);
  object.status = {
    ...object.status,
    lastScanResult: {
      tagCount: tags.length,
      latestTags: tags.slice(0, latestCount),
      revision,
      scanTime: timestamp(),
    },
  };
}

/** @throws FluxError FLUX_E_IMAGE_NAME */
export function repositoryOf({ spec }: ImageRepository): Repository {
  if (spec.image.includes('://')) {
    const message = `.spec.image value should not start with URL scheme; remove '${spec.image.split('://')[0]}://'`;
    throw invalidImage(new FluxError('FLUX_E_IMAGE_NAME', message));
  }
  try {
    return parseRepository(spec.image);
  } catch (error) {
    throw error instanceof FluxError ? invalidImage(error) : error;
  }
}

/** As in Flux: `index.docker.io/library/alpine`. */
export function canonicalNameOf({ registry, name }: Repository): string {
  return `${registry}/${name}`;
}

function compileExclusion(pattern: string) {
  try {
    return compileGoRegexp(pattern);
  } catch (error) {
    throw invalidPolicy(`failed to compile regex ${pattern}: ${errorText(error)}`);
  }
}

function descending(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}
