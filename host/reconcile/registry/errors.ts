import { FluxError } from '../../errors/flux-error.ts';

const cosignHint =
  'give the public keys (*.pub) in secretRef, or for keyless signatures trusted_root.json in trustedRootSecretRef or with --sigstore-trusted-root';

export const notationHint =
  'make the Secret with: flux create secret notation NAME --trust-policy-file=… --ca-cert-file=…';

/** `spec.verify` names nobody. */
export const nothingToTrust = (why: string, hint = cosignHint): FluxError =>
  new FluxError('FLUX_E_SIGNATURE_POLICY', why, { reason: 'VerificationError', hint });
