import { errorText } from '@flux-host/host/errors/text.ts';
import { createTokenVerifier } from '@flux-host/host/receivers/oidc/verifier.ts';
import type { TestIssuer } from '@flux-host/host/receivers/testing/issuer.ts';
import { validate } from '@flux-host/host/receivers/validate.ts';
import { fail, type Outcome, pass } from '../asset.ts';
import { receiverIn, type VectorReceiver } from './vectors.ts';
import type { World } from './world.ts';

export interface OidcInput {
  readonly receiver: VectorReceiver;
  /** The whole header; empty: there is none. */
  readonly bearer: string;
  readonly errContains?: string;
}

export interface OidcExpected {
  readonly expectError: boolean;
}

interface RecordedClaims {
  readonly iss: string;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** What stands for the issuer in the Receivers of the vectors. */
const placeholder = 'http://SERVER';

/**
 * The key that the recorded tokens were signed with is gone with the server that had it: tokens of that server are made anew, with
 * the claims that were recorded.
 */
export class Tokens {
  readonly #issuer: TestIssuer;
  readonly #recordedIssuer: string | undefined;
  readonly #later: number;

  /** @param inputs all cases of the table: the issuer that most tokens are of is the one that the Receivers trust */
  constructor(issuer: TestIssuer, inputs: readonly OidcInput[]) {
    this.#issuer = issuer;
    const all = inputs.flatMap(({ bearer }) => claimsOf(bearer) ?? []);
    const counts = Map.groupBy(all, ({ iss }) => iss);
    this.#recordedIssuer = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
    // Tokens that were good when they were recorded are good for another hour.
    const newest = Math.max(...all.map(({ exp }) => exp));
    this.#later = Math.floor(Date.now() / 1000) + 3600 - newest;
  }

  async header(bearer: string): Promise<string> {
    const claims = claimsOf(bearer);
    if (!claims || claims.iss !== this.#recordedIssuer) return bearer;
    const { iss: _other, exp, ...rest } = claims;
    return `Bearer ${await this.#issuer.token({ ...rest, exp: exp + this.#later })}`;
  }
}

function claimsOf(bearer: string): RecordedClaims | undefined {
  const [, payload] = bearer.split('.');
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString());
}

export async function checkOidc(
  world: World,
  { input, expected }: { input: OidcInput; expected: OidcExpected },
  { issuer, tokens }: { issuer: TestIssuer; tokens: Tokens },
): Promise<Outcome> {
  const receiver = receiverIn(
    'default',
    JSON.parse(JSON.stringify(input.receiver).replaceAll(placeholder, issuer.url)),
  );
  const authorization = await tokens.header(input.bearer);
  const request = {
    method: 'POST',
    headers: authorization ? { authorization: [authorization] } : {},
    body: Buffer.from('{}'),
  };
  const services = {
    ...world.services,
    tokens: createTokenVerifier({ egress: world.egress }),
    noCrossNamespaceRefs: false,
  };
  try {
    await validate(services, receiver, { request, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const text = errorText(error);
    if (!expected.expectError) return fail(`expected no error, got "${text}"`);
    const wanted = input.errContains ?? '';
    return text.includes(wanted) ? pass : fail(`expected the error "${wanted}", got "${text}"`);
  }
  return expected.expectError ? fail(`expected the error "${input.errContains}", got none`) : pass;
}
