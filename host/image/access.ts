import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { parseRepository } from '../oci/reference.ts';
import type { RegistryAccess } from '../oci/types.ts';
import { type AccessOptions, registryAccess } from '../reconcile/registry/access.ts';
import { noLogin } from './errors.ts';

/**
 * How an image's registry is reached.
 * @throws FluxError with reason AuthenticationFailed
 */
export function accessTo(
  { spec, metadata }: ImageRepository,
  options: AccessOptions,
  signal: AbortSignal,
): Promise<RegistryAccess> {
  return registryAccess(
    {
      spec,
      user: { kind: 'ImageRepository', namespace: metadata.namespace ?? '', name: metadata.name },
      repository: parseRepository(spec.image),
      signal,
      failed: (_part, why) => noLogin(why),
    },
    options,
  );
}
