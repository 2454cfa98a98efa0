import { errorText } from '../errors/text.ts';
import { compileGoRegexp, type GoRegexp } from '../regexp/go-regexp.ts';
import { badIdentity, CheckFailure } from './errors.ts';
import type { IdentityPattern } from './types.ts';

/** What a certificate says about its holder. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** @throws CheckFailure when the identity fits none of the patterns */
export type IdentityCheck = (identity: Identity) => void;

const longestPattern = 4096;

/**
 * Compiles patterns with an engine that takes linear time and has Go's syntax: the values that they are tried on come from a stranger's certificate.
 * @throws FluxError FLUX_E_SIGNATURE_IDENTITY
 */
export function identityCheck(patterns: readonly IdentityPattern[]): IdentityCheck {
  const compiled = patterns.map(({ issuer, subject }) => ({
    issuer: compile(issuer),
    subject: compile(subject),
  }));
  return ({ issuer, subject }) => {
    if (compiled.length === 0) return;
    if (compiled.some((one) => one.issuer.test(issuer) && one.subject.test(subject))) return;
    throw new CheckFailure(
      `it was made by ${subject} (${issuer}), who is not in matchOIDCIdentity`,
      'add the signer to matchOIDCIdentity if it is trusted; dots and slashes of a URL need no more than \\. for each dot',
    );
  };
}

function compile(pattern: string): GoRegexp {
  try {
    return compileGoRegexp(pattern, longestPattern);
  } catch (error) {
    throw badIdentity(pattern.length > 100 ? `${pattern.slice(0, 50)}…` : pattern, errorText(error));
  }
}
