import { FluxError } from '../../errors/flux-error.ts';

/** `spec.verify` names nobody. */
export const nothingToTrust = (why: string): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_POLICY', why, {
    reason: 'VerificationError',
    hint: 'give the public keys (*.pub) in secretRef, or for keyless signatures trusted_root.json in trustedRootSecretRef or with --sigstore-trusted-root',
  });
