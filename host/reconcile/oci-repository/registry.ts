import type { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { formatDuration, parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { createOciClient } from '../../oci/client.ts';
import type { RegistryMemory } from '../../oci/memory.ts';
import { parseRepository } from '../../oci/reference.ts';
import { registryRoute } from '../../oci/route.ts';
import type { OciClient, Repository } from '../../oci/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { RegistryRoute } from '../../sandbox/types.ts';
import { type AccessOptions, registryAccess } from '../registry/access.ts';
import type { Context } from '../types.ts';
import { accessFailed, invalidUrl, tookTooLong } from './errors.ts';

export interface RegistryOptions extends AccessOptions {
  readonly egress: Egress;
  readonly registries: RegistryMemory;
}

/** The registry of an object during one attempt. */
export interface Registry {
  readonly repository: Repository;
  /** For what the host itself reads: signatures. */
  readonly client: OciClient;
  /** Longest time of one operation, ms. */
  readonly timeoutMs: number;
  /** Does something with the registry within `spec.timeout`. */
  within<T>(work: (timed: { route: RegistryRoute; signal: AbortSignal }) => Promise<T>): Promise<T>;
}

const standardTimeout = '60s';

/** @throws FluxError with reason URLInvalid or AuthenticationFailed */
export async function registryOf(
  options: RegistryOptions,
  { object, key, signal }: Context<OCIRepository>,
): Promise<Registry> {
  const { spec } = object;
  const repository = repositoryOf(spec.url);
  const timeoutMs = parseDuration(spec.timeout ?? standardTimeout);
  const { egress, registries: memory } = options;
  const found = await registryAccess(
    {
      spec,
      user: { kind: 'OCIRepository', ...key },
      repository,
      signal,
      failed: (part, why, cause) => accessFailed(spec, part, { why, cause }),
    },
    options,
  );
  // As in Flux, of this kind alone: without an authority of the user's "insecure" is also a certificate that nobody vouches for.
  const access = spec.insecure && !found.tls ? { ...found, tls: { insecureSkipVerify: true } } : found;
  return {
    repository,
    client: createOciClient({ egress, memory, access }),
    timeoutMs,
    async within(work) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(tookTooLong(spec.url, formatDuration(timeoutMs))), timeoutMs);
      const timed = AbortSignal.any([signal, late.signal]);
      try {
        const route = registryRoute({ egress, memory, access, repository, signal: timed });
        return await work({ route, signal: timed });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function repositoryOf(url: string): Repository {
  const tag = /^oci:\/\/.+\/[^/]*?:([^/@]*)$/.exec(url)?.[1];
  if (tag !== undefined) throw invalidUrl(url, `URL must not contain a tag; remove ':${tag}'`);
  try {
    return parseRepository(url);
  } catch (error) {
    throw error instanceof FluxError ? invalidUrl(url, error.message) : error;
  }
}
