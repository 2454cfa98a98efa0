import { X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import Type from 'typebox';
import Value from 'typebox/value';
import { errorText } from '../errors/text.ts';
import { sha256 } from '../oci/digest.ts';
import { CheckFailure } from './errors.ts';
import { legacyAnnotation, legacySignature } from './legacy-signature.ts';

const LogEntry = Type.Object({
  SignedEntryTimestamp: Type.String(),
  Payload: Type.Object({
    body: Type.String(),
    integratedTime: Type.Integer(),
    logIndex: Type.Integer(),
    logID: Type.String(),
  }),
});

const Timestamp = Type.Object({ SignedRFC3161Timestamp: Type.String() });

const Body = Type.Object({ kind: Type.String(), apiVersion: Type.String() });

const signAgain = 'sign it again with a current cosign';

/**
 * Puts what cosign 2 wrote into annotations into the form of a bundle, so that both are checked by the same code.
 * @throws CheckFailure for a signature without certificate or log entry
 */
export function legacyBundle(payload: Uint8Array, annotations: Readonly<Record<string, string>>): Bundle {
  const signature = legacySignature(annotations).toString('base64');
  const certificate = annotations[legacyAnnotation.certificate];
  if (!certificate)
    throw new CheckFailure(
      'it was made with a key, and a certificate (keyless) is asked for',
      'set secretRef to a Secret with the public key, or sign without --key',
    );
  const json = {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: derOf(certificate) }] },
      tlogEntries: [logEntry(annotations[legacyAnnotation.bundle])],
      timestampVerificationData: { rfc3161Timestamps: timestamps(annotations[legacyAnnotation.timestamp]) },
    },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: Buffer.from(sha256(payload).slice('sha256:'.length), 'hex').toString('base64'),
      },
      signature,
    },
  };
  try {
    return bundleFromJSON(json);
  } catch (error) {
    throw new CheckFailure(`its annotations are damaged (${errorText(error)})`, signAgain);
  }
}

function derOf(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64');
  } catch {
    throw new CheckFailure('its certificate is damaged', signAgain);
  }
}

function logEntry(text: string | undefined): object {
  const entry = parse(text);
  if (!Value.Check(LogEntry, entry))
    throw new CheckFailure('it has no entry of a transparency log', 'sign it without --tlog-upload=false');
  const { body, integratedTime, logIndex, logID } = entry.Payload;
  const kind = parse(Buffer.from(body, 'base64').toString());
  if (!Value.Check(Body, kind)) throw new CheckFailure('its log entry is damaged', signAgain);
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind: kind.kind, version: kind.apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: entry.SignedEntryTimestamp },
    canonicalizedBody: body,
  };
}

function timestamps(text: string | undefined): object[] {
  const value = parse(text);
  return Value.Check(Timestamp, value) ? [{ signedTimestamp: value.SignedRFC3161Timestamp }] : [];
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
