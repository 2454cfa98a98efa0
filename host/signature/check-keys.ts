import type { Candidate } from './candidates.ts';
import { CheckFailure } from './errors.ts';
import { readKeyBundle } from './key-bundle.ts';
import { legacySignature } from './legacy-signature.ts';
import { isSignedBy, keyHint } from './public-key.ts';
import { checkSimpleSigning } from './simple-signing.ts';
import { checkStatement, preAuthEncoding } from './statement.ts';
import type { PublicKey } from './types.ts';

/** What a signature says of itself, before anything is believed. */
interface Claim {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Which key made it, if it says. */
  readonly hint: string | undefined;
  /** @throws CheckFailure unless it is about the digest */
  check(): void;
}

/**
 * Checks a signature against keys. The log and the time are not looked at: whoever holds the key may sign, as in Flux.
 * @returns who signed
 * @throws CheckFailure
 */
export function checkWithKeys(
  candidate: Exclude<Candidate, { format: 'unreadable' }>,
  digest: string,
  keys: readonly PublicKey[],
): string {
  const claim =
    candidate.format === 'bundle' ? bundleClaim(candidate.bytes, digest) : legacyClaim(candidate, digest);
  const signer = keys.find(({ key }) => isSignedBy(key, claim.signed, claim.signature));
  if (!signer) throw wrongSignature(claim, keys);
  claim.check();
  return `key ${signer.name}`;
}

function bundleClaim(bytes: Uint8Array, digest: string): Claim {
  const { payloadType, payload, signature, hint } = readKeyBundle(bytes);
  return {
    signed: preAuthEncoding(payloadType, payload),
    signature,
    hint: hint || undefined,
    check: () => checkStatement(payloadType, payload, digest),
  };
}

function legacyClaim(
  { payload, annotations }: Extract<Candidate, { format: 'legacy' }>,
  digest: string,
): Claim {
  return {
    signed: payload,
    signature: legacySignature(annotations),
    hint: undefined,
    check: () => checkSimpleSigning(payload, digest),
  };
}

function wrongSignature({ hint }: Claim, keys: readonly PublicKey[]): CheckFailure {
  const names = keys.map(({ name }) => name).join(', ');
  const named = hint === undefined ? undefined : keys.find(({ key }) => keyHint(key) === hint);
  if (named)
    return new CheckFailure(
      `it says that it was made with ${named.name}, and it was not: the signature or what it signs was changed`,
      'find out who changed it; sign the artifact again if it is the right one',
    );
  return new CheckFailure(
    hint === undefined ? `it does not fit ${names}` : `it was made with another key than ${names}`,
    'put the public key of whoever signs into the Secret, as an entry that ends in .pub',
  );
}
