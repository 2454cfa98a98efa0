import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { errorText } from '../../errors/text.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { tokenRefused } from '../errors.ts';
import type { TokenVerifier } from '../types.ts';
import type { Issuer } from './issuer.ts';
import { Issuers } from './issuers.ts';

export interface TokenVerifierOptions {
  readonly egress: Egress;
  /** The time that tokens are judged at; default: now. */
  readonly now?: () => Date;
}

/** Clocks differ. */
const toleranceSeconds = 10;
const maxTokenLength = 64 * 1024;

/** Verifies tokens with the keys that their issuers publish. */
export function createTokenVerifier({ egress, now }: TokenVerifierOptions): TokenVerifier {
  const issuers = new Issuers(egress);
  return {
    async verify({ token, issuers: trusted, audiences, signal }) {
      const name = issuerOf(token);
      if (!trusted.includes(name))
        throw tokenRefused(`the token was issued by "${name}", which is not trusted`);
      const check = async (issuer: Issuer) => {
        const { payload } = await jwtVerify(token, issuer.keys, {
          issuer: name,
          audience: [...audiences],
          algorithms: [...issuer.algorithms],
          requiredClaims: ['exp'],
          clockTolerance: toleranceSeconds,
          ...(now ? { currentDate: now() } : {}),
        });
        return payload;
      };
      signal.throwIfAborted();
      const issuer = await issuers.get(name);
      try {
        return await check(issuer).catch(async (error: unknown) => {
          if (error instanceof errors.JWKSMultipleMatchingKeys) return tryEach(error, check, issuer);
          if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
          // The issuer may have new keys.
          const newer = await issuers.newer(name, issuer);
          if (!newer) throw error;
          return check(newer);
        });
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        throw tokenRefused(`failed to verify OIDC token: ${errorText(error)}`, hintFor(error), error);
      }
    },
  };
}

/** A token without the name of its key: any of those that fit may have signed it. */
async function tryEach(
  candidates: errors.JWKSMultipleMatchingKeys,
  check: (issuer: Issuer) => Promise<JWTPayload>,
  issuer: Issuer,
): Promise<JWTPayload> {
  let last: unknown = candidates;
  for await (const key of candidates) {
    try {
      return await check({ ...issuer, keys: () => key });
    } catch (error) {
      last = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw last;
}

function issuerOf(token: string): string {
  if (token.length > maxTokenLength) throw tokenRefused('the token is too long');
  try {
    const { iss } = decodeJwt(token);
    if (iss) return iss;
  } catch (error) {
    throw tokenRefused(`failed to parse bearer token: ${errorText(error)}`, undefined, error);
  }
  throw tokenRefused(`failed to parse bearer token: token is missing the 'iss' claim`);
}

function hintFor(error: errors.JOSEError): string | undefined {
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return 'ask the issuer for a token with the audience that the Receiver expects (notification-controller unless it says otherwise)';
  if (error instanceof errors.JWTExpired) return 'get the token right before the request';
  return undefined;
}
