import type { Bundle } from '@sigstore/bundle';
import { type TrustMaterial, toSignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import { errorText } from '../errors/text.ts';
import { readBundle } from './bundle.ts';
import type { Candidate } from './candidates.ts';
import { CheckFailure } from './errors.ts';
import type { Identity, IdentityCheck } from './identity.ts';
import { legacyBundle } from './legacy-bundle.ts';
import { checkSimpleSigning } from './simple-signing.ts';
import { checkStatement } from './statement.ts';

export interface KeylessPolicy {
  readonly trust: TrustMaterial;
  readonly identity: IdentityCheck;
}

/**
 * Checks a signature that was made with a short-lived certificate: its chain, that a certificate log knew it, that a transparency log has the
 * signature from the time when the certificate was valid, the signature, who made it, and what it is about.
 * @returns who signed
 * @throws CheckFailure
 */
export function checkKeyless(
  candidate: Exclude<Candidate, { format: 'unreadable' }>,
  digest: string,
  { trust, identity }: KeylessPolicy,
): string {
  const { bundle, artifact, check } =
    candidate.format === 'bundle' ? fromBundle(candidate.bytes, digest) : fromLegacy(candidate, digest);
  const { subject, issuer } = verified(bundle, artifact, trust);
  check();
  identity({ subject, issuer });
  return `${subject} (${issuer})`;
}

interface Parts {
  readonly bundle: Bundle;
  readonly artifact?: Buffer;
  /** @throws CheckFailure unless it is about the digest */
  check(): void;
}

function fromBundle(bytes: Uint8Array, digest: string): Parts {
  const bundle = readBundle(bytes);
  if (bundle.verificationMaterial.content.$case === 'publicKey')
    throw new CheckFailure(
      'it was made with a key, and a certificate (keyless) is asked for',
      'set secretRef to a Secret with the public key, or sign without --key',
    );
  const { payloadType, payload } = bundle.content.dsseEnvelope;
  return { bundle, check: () => checkStatement(payloadType, payload, digest) };
}

function fromLegacy(
  { payload, annotations }: Extract<Candidate, { format: 'legacy' }>,
  digest: string,
): Parts {
  return {
    bundle: legacyBundle(payload, annotations),
    artifact: Buffer.from(payload),
    check: () => checkSimpleSigning(payload, digest),
  };
}

function verified(bundle: Bundle, artifact: Buffer | undefined, trust: TrustMaterial): Identity {
  try {
    const { identity } = new Verifier(trust).verify(toSignedEntity(bundle, artifact));
    return {
      subject: identity?.subjectAlternativeName ?? '',
      issuer: identity?.extensions?.issuer ?? '',
    };
  } catch (error) {
    throw explained(error);
  }
}

const checks: Readonly<Record<string, readonly [check: string, hint: string]>> = {
  CERTIFICATE_ERROR: [
    'its certificate is not trusted',
    'check that the trusted root is that of the Sigstore instance where it was signed, and not an outdated one',
  ],
  TIMESTAMP_ERROR: [
    'the time of signing is not proven',
    'check that the trusted root has the timestamp authority; sign it again with a transparency log or a timestamp',
  ],
  SIGNATURE_ERROR: [
    'the signature is wrong: it, or what it signs, was changed',
    'find out who changed it; sign the artifact again if it is the right one',
  ],
};

const logCheck = [
  'its entry in the transparency log is not right',
  'check that the trusted root has the log where it was signed; sign it again',
] as const;

function explained(error: unknown): CheckFailure {
  const code = error instanceof VerificationError ? error.code : '';
  const [check, hint] =
    checks[code] ?? (code.startsWith('TLOG') ? logCheck : ['it is damaged', 'sign it again']);
  const cause =
    error instanceof VerificationError && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new CheckFailure(`${check} (${errorText(error)}${cause})`, hint);
}
