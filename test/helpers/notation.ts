import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import { notationTool } from '../../scripts/setup/test-servers.ts';
import { temporaryFolder } from './git/temporary.ts';
import { binary } from './servers/binary.ts';

type Algorithm = 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072';

/** What is unusual about a signer. */
export interface SignerOptions {
  readonly algorithm?: Algorithm;
  readonly subject?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Address of a revocation list. */
  readonly revocationList?: string;
  readonly usage?: x509.ExtendedKeyUsage;
}

/** Somebody with a certificate for code signing. */
export interface Signer {
  readonly serial: string;
  /** Signs the digest of a reference with the Notary Project's own library. @param expiry a Go duration */
  sign(reference: string, format?: 'jws' | 'cose', expiry?: string): Promise<void>;
}

/** An authority that gives certificates for code signing, and revokes them. */
export interface NotationAuthority {
  /** PEM. */
  readonly certificate: string;
  signer(options?: SignerOptions): Promise<Signer>;
  /** A revocation list (DER). @param nextUpdate when it ends */
  revocationList(revoked: readonly Signer[], nextUpdate?: Date): Promise<Buffer>;
  /** What the Notary Project's library says. @throws Error with its words */
  verify(reference: string, policy: object): Promise<string>;
  close(): void;
}

const day = 24 * 3600 * 1000;
const standard = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

function algorithmOf(name: Algorithm) {
  if (name === 'P-256' || name === 'P-384')
    return { name: 'ECDSA', namedCurve: name, hash: 'SHA-256' } as const;
  const modulusLength = name === 'RSA-2048' ? 2048 : 3072;
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength,
  } as const;
}

export async function notationAuthority(
  name = 'CN=test authority,O=Test,ST=WA,C=US',
): Promise<NotationAuthority> {
  const command = await binary(notationTool);
  const dir = temporaryFolder('flux-host-notation-');
  const validity = { notBefore: new Date(Date.now() - 10 * day), notAfter: new Date(Date.now() + day) };
  const keys = await crypto.subtle.generateKey(standard, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: standard,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const certificate = `${authority.toString('pem')}\n`;
  let count = 0;
  const write = (content: string) => {
    count += 1;
    const file = join(dir, String(count));
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  return {
    certificate,
    async signer(options = {}) {
      const algorithm = algorithmOf(options.algorithm ?? 'P-256');
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const leaf = await x509.X509CertificateGenerator.create({
        subject: options.subject ?? 'CN=test signer,O=Test,ST=WA,C=US',
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: standard,
        notBefore: options.notBefore ?? validity.notBefore,
        notAfter: options.notAfter ?? validity.notAfter,
        extensions: [
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([options.usage ?? x509.ExtendedKeyUsage.codeSigning]),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
          ...(options.revocationList
            ? [new x509.CRLDistributionPointsExtension([options.revocationList])]
            : []),
        ],
      });
      const der = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      const key = write(`${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`);
      const chain = write(`${leaf.toString('pem')}\n${certificate}`);
      return {
        serial: leaf.serialNumber,
        async sign(reference, format = 'jws', expiry) {
          await promisify(execFile)(command, [
            'sign',
            format,
            reference,
            key,
            chain,
            ...(expiry ? [expiry] : []),
          ]);
        },
      };
    },
    async revocationList(revoked, nextUpdate = new Date(Date.now() + day)) {
      const list = await x509.X509CrlGenerator.create({
        issuer: authority.subject,
        thisUpdate: new Date(Date.now() - day),
        nextUpdate,
        entries: revoked.map(({ serial }) => ({ serialNumber: serial, revocationDate: new Date() })),
        signingKey: keys.privateKey,
        signingAlgorithm: standard,
      });
      return Buffer.from(list.rawData);
    },
    async verify(reference, policy) {
      const { stdout } = await promisify(execFile)(command, [
        'verify',
        reference,
        write(JSON.stringify(policy)),
        write(certificate),
      ]);
      return stdout.trim();
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A trust policy with one statement for everything. */
export function trustPolicy(statement: Record<string, unknown> = {}): object {
  return {
    version: '1.0',
    trustPolicies: [
      {
        name: 'all',
        registryScopes: ['*'],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:test'],
        trustedIdentities: ['*'],
        ...statement,
      },
    ],
  };
}
