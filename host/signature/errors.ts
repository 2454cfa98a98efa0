import { FluxError } from '../errors/flux-error.ts';

/** Why one signature does not count. It is part of the message about all of them. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const reason = 'VerificationError';

/** Nobody signed it. */
export const notSigned = (what: string) =>
  new FluxError('FLUX_E_SIGNATURE_MISSING', `${what} has no cosign signature`, {
    hint: 'sign this digest with: cosign sign; when it was copied from another registry, copy its signatures too: cosign copy',
    reason,
  });

/** There are signatures, and none counts. */
export function notTrusted(what: string, failures: readonly { name: string; failure: CheckFailure }[]) {
  const shown = failures.slice(0, 3).map(({ name, failure }) => `${name}: ${failure.message}`);
  const more = failures.length > 3 ? `; and ${failures.length - 3} more` : '';
  return new FluxError(
    'FLUX_E_SIGNATURE_INVALID',
    `no signature of ${what} can be trusted: ${shown.join('; ')}${more}`,
    { hint: failures[0]?.failure.hint ?? 'sign it again', reason },
  );
}

/** A key cannot be used. The message never has the key. */
export const badKey = (name: string, why: string) =>
  new FluxError('FLUX_E_SIGNATURE_KEY', `the key ${name} cannot be used: ${why}`, {
    hint: 'make a pair with: cosign generate-key-pair',
    reason,
  });

export const wrongPassword = (name: string) =>
  new FluxError(
    'FLUX_E_SIGNATURE_PASSWORD',
    `the private key ${name} cannot be decrypted: the password is wrong`,
    {
      hint: 'set COSIGN_PASSWORD to the password that the key was made with',
    },
  );

export const badTrustedRoot = (why: string) =>
  new FluxError('FLUX_E_SIGNATURE_TRUST_ROOT', `the trusted root cannot be used: ${why}`, {
    hint: 'give the trusted_root.json of the Sigstore instance: cosign trusted-root create, or the file of the public one',
    reason,
  });

/** Nobody said whose keyless signatures count, and Sigstore's own root cannot be had. */
export const noPublicRoot = (url: string, why: string) =>
  new FluxError(
    'FLUX_E_SIGNATURE_TRUST_ROOT',
    `the trusted root of Sigstore's public instance cannot be had from ${url}: ${why}`,
    {
      hint: `let the host reach ${new URL(url).host}, or give a trusted_root.json with --sigstore-trusted-root or in the Secret of spec.verify.trustedRootSecretRef`,
      reason,
      retryAfterMs: 60_000,
    },
  );

export const badIdentity = (pattern: string, why: string) =>
  new FluxError(
    'FLUX_E_SIGNATURE_IDENTITY',
    `${JSON.stringify(pattern)} of matchOIDCIdentity is no regular expression: ${why}`,
    { hint: 'write it in Go’s syntax for regular expressions', reason, terminal: true },
  );
