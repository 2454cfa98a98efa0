import type { X509Certificate } from 'node:crypto';
import { X509Certificate as Certificate } from '@sigstore/core';
import { CheckFailure } from '../errors.ts';
import { damaged } from './jws.ts';

const codeSigning = '1.3.6.1.5.5.7.3.3';
/** For other things than code: a certificate for these must not sign. */
const otherUses = new Set(['2.5.29.37.0', ...[1, 4, 8, 9].map((last) => `1.3.6.1.5.5.7.3.${last}`)]);

/**
 * Checks that each certificate was issued by the next and that the first may sign code (Notary Project's certificate requirements).
 * Whether anybody is to be trusted is another question.
 * @throws CheckFailure
 */
export function checkChain(chain: readonly X509Certificate[]): void {
  const [leaf] = chain;
  if (!leaf) throw damaged('it has no certificates');
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? certificate;
    // One that nobody in the chain issued has to be an authority's own.
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
      throw damaged(`the certificate of ${nameOf(certificate)} was not issued by ${nameOf(issuer)}`);
    if (index > 0 && !certificate.ca) throw damaged(`${nameOf(certificate)} is no authority`);
    checkKey(certificate);
  }
  if (leaf.ca && chain.length > 1) throw damaged('an authority itself signed it');
  const uses: readonly string[] = leaf.keyUsage ?? [];
  if (uses.some((use) => otherUses.has(use)) || (uses.length > 0 && !uses.includes(codeSigning)))
    throw damaged(`the certificate of ${nameOf(leaf)} is not meant for code signing`);
  if (!Certificate.parse(Buffer.from(leaf.raw)).extKeyUsage?.digitalSignature)
    throw damaged(`the certificate of ${nameOf(leaf)} is not meant for digital signatures`);
}

function checkKey(certificate: X509Certificate): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = certificate.publicKey;
  const isFine =
    type === 'rsa'
      ? (details.modulusLength ?? 0) >= 2048
      : type === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(details.namedCurve ?? '');
  if (!isFine)
    throw damaged(`the key of ${nameOf(certificate)} is too weak, or of another kind than RSA and EC`);
}

/** Whether a certificate holds at a time, ms since 1970. @throws CheckFailure */
export function checkValidity(chain: readonly X509Certificate[], time: number): void {
  for (const certificate of chain) {
    if (time < certificate.validFromDate.getTime() || time > certificate.validToDate.getTime())
      throw new CheckFailure(
        `the certificate of ${nameOf(certificate)} is valid from ${certificate.validFromDate.toISOString()} to ${certificate.validToDate.toISOString()}`,
        'sign it again with a certificate that is valid',
      );
  }
}

export const nameOf = ({ subject }: X509Certificate): string =>
  JSON.stringify(subject.replaceAll('\n', ', '));
