import { FluxError } from '../../errors/flux-error.ts';

const reason = 'VerificationError';

/** The trust policy cannot be used. */
export const badTrustPolicy = (why: string): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_POLICY', `trustpolicy.json cannot be used: ${why}`, {
    reason,
    hint: 'see the trust policy specification of the Notary Project; notation policy show prints one that works',
  });

/** The trust policy says nothing about a repository. */
export const noStatement = (repository: string): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_POLICY', `trustpolicy.json has no statement for ${repository}`, {
    reason,
    hint: `add a statement with ${JSON.stringify(repository)}, or "*", in registryScopes`,
  });

/** A certificate to trust cannot be read. */
export const badCertificate = (name: string, why: string): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_POLICY', `the certificate ${name} cannot be used: ${why}`, {
    reason,
    hint: 'give certificates of authorities as PEM or DER in entries that end in .crt or .pem',
  });

/** Nobody signed it. */
export const notSignedByNotation = (what: string): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_MISSING', `${what} has no notation signature`, {
    reason,
    hint: 'sign this digest with: notation sign; when it was copied from another registry, copy its signatures too',
  });
