import { FluxError } from '../errors/flux-error.ts';

export const invalidPolicy = (what: string) =>
  new FluxError('FLUX_E_IMAGE_POLICY', what, {
    reason: 'InvalidPolicy',
    terminal: true,
    hint: 'correct spec.policy or spec.filterTags of the ImagePolicy',
  });

export const noCandidate = (what: string) =>
  new FluxError('FLUX_E_IMAGE_NO_TAG', what, {
    reason: 'Failure',
    hint: 'compare the tags in the registry with spec.filterTags and spec.policy',
  });

export const noTags = () =>
  new FluxError('FLUX_E_IMAGE_NOT_SCANNED', 'no tags in database', {
    reason: 'DependencyNotReady',
    retryAfterMs: 30_000,
    hint: 'see why the ImageRepository is not ready; the policy goes on once it has tags',
  });

export const noRepository = (name: string, why: string, reason: 'DependencyNotReady' | 'AccessDenied') =>
  new FluxError('FLUX_E_IMAGE_REPOSITORY', `failed to get the referred ImageRepository: ${why}`, {
    reason,
    hint:
      reason === 'AccessDenied'
        ? `the owner of ImageRepository ${name} can allow it in spec.accessFrom`
        : `create ImageRepository ${name}, or correct spec.imageRepositoryRef`,
  });

export const invalidImage = (cause: FluxError) =>
  new FluxError('FLUX_E_IMAGE_NAME', cause.message, {
    reason: 'ImageURLInvalid',
    terminal: true,
    cause,
    hint: 'spec.image is registry/repository without a tag, digest or scheme',
  });

export const scanFailed = (cause: FluxError) =>
  new FluxError(cause.code, `scan failed: ${cause.message}`, {
    reason: 'ReadOperationFailed',
    cause,
    ...(cause.hint ? { hint: cause.hint } : {}),
    ...(cause.retryAfterMs === undefined ? {} : { retryAfterMs: cause.retryAfterMs }),
  });

export const digestFailed = (image: string, cause: FluxError) =>
  new FluxError(cause.code, `failed fetching digest of ${image}: ${cause.message}`, {
    reason: 'Failure',
    cause,
    ...(cause.hint ? { hint: cause.hint } : {}),
    ...(cause.retryAfterMs === undefined ? {} : { retryAfterMs: cause.retryAfterMs }),
  });

export const noLogin = (why: string) =>
  new FluxError('FLUX_E_IMAGE_LOGIN', `failed to configure authentication options: ${why}`, {
    reason: 'AuthenticationFailed',
    hint: 'see spec.secretRef, spec.serviceAccountName and spec.provider of the ImageRepository',
  });
