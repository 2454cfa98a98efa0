import { createHash } from 'node:crypto';
import { createAuthority, type Leaf } from './authority.ts';
import { createServiceKey, type ServiceKey } from './key.ts';
import { logEntry } from './log.ts';

/** Who signs what, and when. */
export interface Signing {
  /** `sha256:<hex>`. */
  readonly digest: string;
  readonly subject: string;
  readonly issuer: string;
  /** When the log gets the signature; default: now. */
  readonly at?: Date;
  /** When the certificate is valid; default: ten minutes around now. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** A Sigstore instance: certificate authority, certificate log and transparency log. */
export interface Sigstore {
  /** Content of `trusted_root.json`. */
  readonly trustedRoot: string;
  /** A bundle as cosign 3 attaches it to an image. */
  bundle(signing: Signing): Promise<Bundle>;
  /** Payload and annotations as cosign 2 makes them. */
  legacy(signing: Signing): Promise<{ payload: Buffer; annotations: Record<string, string> }>;
}

/** The parts of a bundle that tests change. */
export interface Bundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    tlogEntries: object[];
  };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

const payloadType = 'application/vnd.in-toto+json';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const fiveMinutes = 5 * 60_000;

/** Makes an instance with keys of its own. */
export async function createSigstore(): Promise<Sigstore> {
  const [certificateLog, log] = [createServiceKey(), createServiceKey()];
  const authority = await createAuthority(certificateLog);
  const leafFor = ({ subject, issuer, notBefore, notAfter }: Signing): Promise<Leaf> =>
    authority.issue({
      subject,
      issuer,
      notBefore: notBefore ?? new Date(Date.now() - fiveMinutes),
      notAfter: notAfter ?? new Date(Date.now() + fiveMinutes),
    });
  return {
    trustedRoot: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logOf(log, 'https://log.test')],
      certificateAuthorities: [
        {
          subject: { organization: 'test', commonName: 'test root' },
          uri: 'https://authority.test',
          certChain: { certificates: authority.chain.map((der) => ({ rawBytes: der.toString('base64') })) },
          validFor: { start: '2020-01-01T00:00:00Z' },
        },
      ],
      ctlogs: [logOf(certificateLog, 'https://certificates.test')],
      timestampAuthorities: [],
    }),
    async bundle(signing) {
      const leaf = await leafFor(signing);
      const payload = statement(signing.digest);
      const head = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
      const sig = (await leaf.sign(Buffer.concat([head, payload]))).toString('base64');
      const envelope = { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] };
      const entry = logEntry(log, {
        kind: 'dsse',
        time: signing.at ?? new Date(),
        spec: {
          envelopeHash: { algorithm: 'sha256', value: sha256(Buffer.from(JSON.stringify(envelope))) },
          payloadHash: { algorithm: 'sha256', value: sha256(payload) },
          signatures: [{ signature: sig, verifier: Buffer.from(leaf.pem).toString('base64') }],
        },
      });
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: leaf.der.toString('base64') },
          tlogEntries: [entry.proto],
        },
        dsseEnvelope: envelope,
      };
    },
    async legacy(signing) {
      const leaf = await leafFor(signing);
      const payload = simpleSigning(signing.digest);
      const signature = (await leaf.sign(payload)).toString('base64');
      const { body, time, promise } = logEntry(log, {
        kind: 'hashedrekord',
        time: signing.at ?? new Date(),
        spec: {
          data: { hash: { algorithm: 'sha256', value: sha256(payload) } },
          signature: { content: signature, publicKey: { content: Buffer.from(leaf.pem).toString('base64') } },
        },
      });
      const logged = {
        SignedEntryTimestamp: promise.toString('base64'),
        Payload: {
          body: body.toString('base64'),
          integratedTime: time,
          logIndex: 0,
          logID: log.id.toString('hex'),
        },
      };
      return {
        payload,
        annotations: {
          'dev.cosignproject.cosign/signature': signature,
          'dev.sigstore.cosign/certificate': leaf.pem,
          'dev.sigstore.cosign/chain': authority.chain.map(pemOf).join(''),
          'dev.sigstore.cosign/bundle': JSON.stringify(logged),
        },
      };
    },
  };
}

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

const logOf = ({ publicKey, id }: ServiceKey, baseUrl: string): object => ({
  baseUrl,
  hashAlgorithm: 'SHA2_256',
  publicKey: {
    rawBytes: publicKey.toString('base64'),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: { start: '2020-01-01T00:00:00Z' },
  },
  logId: { keyId: id.toString('base64') },
});

function statement(digest: string): Buffer {
  const [algorithm = '', hex = ''] = digest.split(':');
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { [algorithm]: hex } }],
      predicateType: 'https://sigstore.dev/cosign/sign/v1',
      predicate: {},
    }),
  );
}

const simpleSigning = (digest: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': 'test' },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
