import type { X509Certificate } from 'node:crypto';
import { CheckFailure } from '../errors.ts';
import { checkValidity, nameOf } from './chain.ts';
import { isSubset, subjectOf } from './distinguished-name.ts';
import type { CheckName, Envelope, Revocation, TrustStatement } from './types.ts';

export interface TrustOptions {
  readonly statement: TrustStatement;
  /** Certificates of authorities that are trusted. */
  readonly roots: readonly X509Certificate[];
  readonly revocation: Revocation;
  /** ms since 1970 */
  readonly now: number;
}

/** What failed that the policy does not insist on. */
export interface Tolerated {
  readonly check: CheckName;
  readonly failure: CheckFailure;
}

/**
 * Does the checks that a policy asks for, in the order of notation.
 * @returns the failures that the policy only wants to be told of
 * @throws CheckFailure of the first that it insists on
 */
export async function checkTrust(envelope: Envelope, options: TrustOptions): Promise<Tolerated[]> {
  const { actions } = options.statement;
  const checks: readonly [CheckName, () => void | Promise<void>][] = [
    ['authenticity', () => checkAuthenticity(envelope, options)],
    ['expiry', () => checkExpiry(envelope, options.now)],
    ['authenticTimestamp', () => checkTime(envelope, options)],
    ['revocation', () => options.revocation.check(envelope.chain)],
  ];
  const tolerated: Tolerated[] = [];
  for (const [check, work] of checks) {
    if (actions[check] === 'skip') continue;
    // Addresses in certificates that nobody trusts are not asked.
    if (check === 'revocation' && tolerated.some((one) => one.check === 'authenticity')) continue;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CheckFailure) || actions[check] === 'enforce') throw error;
      tolerated.push({ check, failure: error });
    }
  }
  return tolerated;
}

function checkAuthenticity({ chain, scheme }: Envelope, { statement, roots }: TrustOptions): void {
  const store = scheme === 'notary.x509' ? 'ca:' : 'signingAuthority:';
  if (!statement.trustStores.some((name) => name.startsWith(store)))
    throw new CheckFailure(
      `statement ${JSON.stringify(statement.name)} has no trust store for signatures of the scheme ${scheme}`,
      `add a trust store that begins with "${store}" to trustpolicy.json`,
    );
  if (!chain.some((one) => roots.some((root) => root.raw.equals(one.raw)))) {
    const last = chain.at(-1);
    throw new CheckFailure(
      `none of its certificates is trusted; the last is that of ${last ? nameOf(last) : 'nobody'}`,
      'put the certificate of the authority into the Secret, as an entry that ends in .crt or .pem',
    );
  }
  const { identities } = statement;
  const [leaf] = chain;
  if (!identities || !leaf) return;
  const subject = subjectOf(leaf);
  if (!identities.some((wanted) => isSubset(wanted, subject)))
    throw new CheckFailure(
      `${nameOf(leaf)} is none of the trusted identities of statement ${JSON.stringify(statement.name)}`,
      'correct trustedIdentities in trustpolicy.json if this signer is to be trusted',
    );
}

function checkExpiry({ expiry }: Envelope, now: number): void {
  if (expiry !== undefined && now >= expiry)
    throw new CheckFailure(`it expired at ${new Date(expiry).toISOString()}`, 'sign it again');
}

/** Without a timestamp of an authority the certificates have to be valid now. */
function checkTime({ chain, scheme, signingTime }: Envelope, { statement, now }: TrustOptions): void {
  if (scheme !== 'notary.x509') {
    checkValidity(chain, signingTime ?? 0);
    return;
  }
  if (statement.trustStores.some((name) => name.startsWith('tsa:')))
    throw new CheckFailure(
      'timestamps of authorities cannot be checked by this version',
      'take the trust store that begins with "tsa:" out of trustpolicy.json, or set the level to permissive',
    );
  checkValidity(chain, now);
}
