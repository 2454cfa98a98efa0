import 'reflect-metadata';
import { createHash } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { sctExtension, tbsOf } from './certificate-log.ts';
import type { ServiceKey } from './key.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const year = 365 * 24 * 3600 * 1000;

/** Who gets a certificate, and for how long. */
export interface LeafOptions {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate and the key that belongs to it. */
export interface Leaf {
  readonly der: Buffer;
  readonly pem: string;
  sign(bytes: Uint8Array): Promise<Buffer>;
}

/** A certificate authority like Fulcio: a root, and an intermediate that issues. */
export interface Authority {
  /** DER, the intermediate first. */
  readonly chain: readonly Buffer[];
  issue(options: LeafOptions): Promise<Leaf>;
}

/** @param log where certificates are put down before they are issued */
export async function createAuthority(log: ServiceKey): Promise<Authority> {
  const validity = { notBefore: new Date(Date.now() - year), notAfter: new Date(Date.now() + year) };
  const rootKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test root, O=test',
    keys: rootKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: await authorityExtensions(rootKeys.publicKey, 1),
  });
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const intermediate = await x509.X509CertificateGenerator.create({
    subject: 'CN=test intermediate, O=test',
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      ...(await authorityExtensions(keys.publicKey, 0)),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
      await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const issuerKeyHash = createHash('sha256')
    .update(Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey)))
    .digest();
  return {
    chain: [Buffer.from(intermediate.rawData), Buffer.from(root.rawData)],
    async issue({ subject, issuer, notBefore, notAfter }) {
      const leafKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const settings = {
        serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(10)))
          .toString('hex')
          .replace(/^./, '1'),
        subject: '',
        issuer: intermediate.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        notBefore,
        notAfter,
      };
      const extensions = await leafExtensions(leafKeys.publicKey, keys.publicKey, { subject, issuer });
      const before = await x509.X509CertificateGenerator.create({ ...settings, extensions });
      const sct = sctExtension(log, {
        issuerKeyHash,
        tbs: tbsOf(Buffer.from(before.rawData)),
        time: notBefore,
      });
      const certificate = await x509.X509CertificateGenerator.create({
        ...settings,
        extensions: [...extensions, sct],
      });
      return {
        der: Buffer.from(certificate.rawData),
        pem: `${certificate.toString('pem')}\n`,
        sign: async (bytes) => derSignature(leafKeys.privateKey, bytes),
      };
    },
  };
}

async function authorityExtensions(key: CryptoKey, pathLength: number): Promise<x509.Extension[]> {
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(key),
  ];
}

async function leafExtensions(
  key: CryptoKey,
  issuerKey: CryptoKey,
  { subject, issuer }: { subject: string; issuer: string },
): Promise<x509.Extension[]> {
  const name = subject.includes('://')
    ? ({ type: 'url', value: subject } as const)
    : ({ type: 'email', value: subject } as const);
  const text = Buffer.from(issuer);
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
    await x509.SubjectKeyIdentifierExtension.create(key),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    new x509.SubjectAlternativeNameExtension([name], true),
    new x509.Extension('1.3.6.1.4.1.57264.1.1', false, text),
    // The same as a UTF8String.
    new x509.Extension(
      '1.3.6.1.4.1.57264.1.8',
      false,
      Buffer.concat([Buffer.from([0x0c, text.length]), text]),
    ),
  ];
}

/** Web Crypto gives the two numbers one after the other; certificates and logs want them in DER. */
async function derSignature(key: CryptoKey, bytes: Uint8Array): Promise<Buffer> {
  const raw = Buffer.from(await crypto.subtle.sign(algorithm, key, Uint8Array.from(bytes)));
  const integer = (part: Buffer): Buffer => {
    let start = 0;
    while (start < part.length - 1 && part[start] === 0) start += 1;
    const digits = part.subarray(start);
    const value = (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
    return Buffer.concat([Buffer.from([2, value.length]), value]);
  };
  const content = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}
