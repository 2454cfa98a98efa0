import { FluxError } from '../../errors/flux-error.ts';
import type { AccessPart } from '../registry/access.ts';

const hints: Readonly<Record<AccessPart, string>> = {
  login: 'see spec.secretRef and spec.serviceAccountName of the OCIRepository',
  cloud: 'see spec.provider and spec.serviceAccountName of the OCIRepository',
  proxy: 'see spec.proxySecretRef of the OCIRepository',
  tls: 'see spec.certSecretRef of the OCIRepository',
};

/** The registry cannot be asked, in Flux's words. */
export function accessFailed(
  { url, provider = 'generic' }: { url: string; provider?: string },
  part: AccessPart,
  { why, cause }: { why: string; cause?: unknown },
): FluxError {
  const what = {
    login: 'failed to get credential',
    cloud: `failed to get credential from ${provider}`,
    proxy: 'failed to get proxy address',
    tls: `failed to generate transport for '${url}'`,
  }[part];
  const known = cause instanceof FluxError ? cause : undefined;
  return new FluxError('FLUX_E_OCI_LOGIN', `${what}: ${why}`, {
    reason: 'AuthenticationFailed',
    hint: known?.hint ?? hints[part],
    ...(known?.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The address is none of a repository. */
export const invalidUrl = (url: string, why: string): FluxError =>
  new FluxError('FLUX_E_OCI_URL', `URL validation failed for '${url}': ${why}`, {
    reason: 'URLInvalid',
    terminal: true,
    hint: 'write oci://host/repository, without a tag or digest; these belong into spec.ref',
  });

/** `spec.timeout` is over. */
export const tookTooLong = (url: string, timeout: string): FluxError =>
  new FluxError('FLUX_E_OCI_TIMEOUT', `${url} did not answer within spec.timeout (${timeout})`, {
    reason: 'OCIArtifactPullFailed',
    hint: 'check that the registry is up and that no firewall drops the traffic, or raise spec.timeout',
  });

/** The signature is missing or wrong, in Flux's words. */
export function verificationFailed(provider: string, cause: FluxError): FluxError {
  const message = `failed to verify the signature using provider '${provider}': ${cause.message}`;
  return new FluxError(cause.code, message, {
    reason: 'VerificationError',
    cause,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    ...(cause.retryAfterMs === undefined ? {} : { retryAfterMs: cause.retryAfterMs }),
  });
}
