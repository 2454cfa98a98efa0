import { createVerify, type X509Certificate } from 'node:crypto';
import { ASN1Obj, X509Certificate as Certificate } from '@sigstore/core';
import { errorText } from '../../errors/text.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { CheckFailure } from '../errors.ts';
import { nameOf } from './chain.ts';
import type { Revocation } from './types.ts';

const distributionPoints = '2.5.29.31';
const authorityAccess = '1.3.6.1.5.5.7.1.1';
const largestList = 32 * 2 ** 20;
const timeoutMs = 10_000;

/** Hash functions of the signatures of lists, by their number. */
const hashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/**
 * Looks certificates up in the revocation lists (CRL, RFC 5280) that they name. One that names none cannot be revoked; one that names only an OCSP
 * server cannot be looked up.
 */
export function revocationLists(egress: Egress, signal?: AbortSignal): Revocation {
  return {
    async check(chain) {
      for (const [index, certificate] of chain.entries()) {
        const issuer = chain[index + 1];
        // An authority's own: whether to trust it is said by the policy.
        if (issuer) await checkOne(certificate, issuer, { egress, signal });
      }
    },
  };
}

async function checkOne(
  certificate: X509Certificate,
  issuer: X509Certificate,
  way: { egress: Egress; signal: AbortSignal | undefined },
): Promise<void> {
  const parsed = Certificate.parse(Buffer.from(certificate.raw));
  const points = parsed.extension(distributionPoints);
  const urls = points ? urlsIn(points.valueObj) : [];
  if (urls.length === 0) {
    if (!parsed.extension(authorityAccess)) return;
    throw unknown(certificate, 'it names no revocation list, and OCSP is not asked by this version');
  }
  const problems: string[] = [];
  for (const url of urls) {
    const list = await download(url, way).catch((error: unknown) => {
      way.signal?.throwIfAborted();
      problems.push(`${url}: ${errorText(error)}`);
    });
    if (!list) continue;
    const problem = judge(list, { serial: parsed.serialNumber, issuer });
    if (problem === 'revoked')
      throw new CheckFailure(
        `the certificate of ${nameOf(certificate)} was revoked`,
        'do not use the artifact until somebody whom you trust has signed it anew',
      );
    if (problem === undefined) return;
    problems.push(`${url}: ${problem}`);
  }
  throw unknown(certificate, problems.join('; '));
}

const unknown = (certificate: X509Certificate, why: string): CheckFailure =>
  new CheckFailure(
    `whether the certificate of ${nameOf(certificate)} was revoked cannot be found out: ${why}`,
    'let the host reach the authority, or set revocation to "log" or "skip" in the override of trustpolicy.json',
  );

/** Addresses are texts in the tags [0] [0] [6] of each point. */
function urlsIn(points: ASN1Obj): string[] {
  const found: string[] = [];
  const visit = (one: ASN1Obj) => {
    if (one.subs.length > 0) for (const sub of one.subs) visit(sub);
    else if (/^http:\/\/\S+$/.test(one.value.toString('latin1'))) found.push(one.value.toString('latin1'));
  };
  visit(points);
  return found;
}

async function download(
  url: string,
  { egress, signal }: { egress: Egress; signal: AbortSignal | undefined },
): Promise<Buffer> {
  const session = egress.session({ allow: ['*', new URL(url).host], maxBytes: largestList });
  const stop = () => session.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { status, body } = await session.request({ url, timeoutMs, redirects: 3 });
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    if (status !== 200) throw new Error(`it answered with status ${status}`);
    return Buffer.concat(parts);
  } finally {
    signal?.removeEventListener('abort', stop);
    session.close();
  }
}

/** `revoked`, why the list cannot be used, or undefined when the certificate is not in it. */
function judge(
  der: Buffer,
  { serial, issuer }: { serial: Buffer; issuer: X509Certificate },
): string | undefined {
  try {
    const [list, algorithm, signature] = ASN1Obj.parseBuffer(Buffer.from(der)).subs;
    if (!list || !algorithm || !signature) return 'it is no revocation list';
    const hash = hashes[algorithm.subs[0]?.toOID() ?? ''];
    if (!hash) return 'its signature is of an unknown kind';
    const isGood = createVerify(hash)
      .update(list.toDER())
      .verify(issuer.publicKey, signature.value.subarray(1));
    if (!isGood) return 'it was not signed by the issuer of the certificate';
    const dates = list.subs.filter(
      ({ tag }) => tag.isUniversal() && (tag.number === 0x17 || tag.number === 0x18),
    );
    const next = dates[1]?.toDate();
    if (next && next.getTime() < Date.now()) return 'it is out of date';
    // The list of entries is the only sequence of sequences that begin with a number.
    const entries = list.subs.find(
      ({ subs }) => subs[0]?.subs[0]?.tag.number === 0x02 && subs[0].subs.length >= 2,
    );
    const isListed = entries?.subs.some(({ subs }) => subs[0]?.value.equals(serial));
    return isListed ? 'revoked' : undefined;
  } catch (error) {
    return `it cannot be read: ${errorText(error)}`;
  }
}
