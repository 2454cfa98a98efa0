import { constants, type KeyObject, verify } from 'node:crypto';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Descriptor } from '../../oci/types.ts';
import { CheckFailure } from '../errors.ts';
import { checkChain } from './chain.ts';
import { coseType, readCose } from './cose.ts';
import { damaged, jwsType, readJws } from './jws.ts';
import type { Envelope, SigningAlgorithm } from './types.ts';

const payloadType = 'application/vnd.cncf.notary.payload.v1+json';
const schemes = new Set(['notary.x509', 'notary.x509.signingAuthority']);
const understood = new Set(
  ['signingScheme', 'expiry', 'authenticSigningTime'].map((name) => `io.cncf.notary.${name}`),
);

const Payload = Type.Object({
  targetArtifact: Type.Object({ mediaType: Type.String(), digest: Type.String(), size: Type.Integer() }),
});

/**
 * Reads a signature and checks that nobody changed it and that it is about the artifact.
 * @throws CheckFailure
 */
export function checkIntegrity(
  { mediaType, bytes }: { mediaType: string; bytes: Uint8Array },
  artifact: Descriptor,
): Envelope {
  const envelope = read(mediaType, bytes);
  const { scheme, critical, chain } = envelope;
  if (!schemes.has(scheme))
    throw damaged(`it has the unknown scheme ${JSON.stringify(scheme.slice(0, 100))}`);
  const unknown = critical.find((name) => !understood.has(name));
  if (unknown !== undefined)
    throw new CheckFailure(
      `it has the critical attribute ${JSON.stringify(unknown.slice(0, 100))}, which is not understood`,
      'signatures that need a verification plugin of notation cannot be checked',
    );
  checkChain(chain);
  checkSignature(envelope);
  checkPayload(envelope, artifact);
  return envelope;
}

function read(mediaType: string, bytes: Uint8Array): Envelope {
  if (mediaType === jwsType) return readJws(bytes);
  if (mediaType === coseType) return readCose(bytes);
  throw damaged(`it is of the unknown type ${JSON.stringify(mediaType.slice(0, 100))}`);
}

function checkSignature({ chain, algorithm, signed, signature }: Envelope): void {
  const key = chain[0]?.publicKey;
  if (!key || algorithmOf(key) !== algorithm)
    throw damaged(`it was not made with the algorithm of its certificate (it says ${algorithm})`);
  const hash = `sha${algorithm.slice(2)}`;
  const isGood = algorithm.startsWith('PS')
    ? verify(
        hash,
        signed,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
        signature,
      )
    : verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!isGood)
    throw new CheckFailure(
      'the signature is wrong: it, or what it signs, was changed',
      'find out who changed it; sign the artifact again if it is the right one',
    );
}

/** Each size of a key has its one algorithm. */
function algorithmOf({
  asymmetricKeyType,
  asymmetricKeyDetails = {},
}: KeyObject): SigningAlgorithm | undefined {
  const { modulusLength, namedCurve } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa') {
    return modulusLength === 2048
      ? 'PS256'
      : modulusLength === 3072
        ? 'PS384'
        : modulusLength === 4096
          ? 'PS512'
          : undefined;
  }
  const byCurve: Readonly<Record<string, SigningAlgorithm>> = {
    prime256v1: 'ES256',
    secp384r1: 'ES384',
    secp521r1: 'ES512',
  };
  return byCurve[namedCurve ?? ''];
}

function checkPayload(
  { payloadType: type, payload }: Envelope,
  { mediaType, digest, size }: Descriptor,
): void {
  if (type !== payloadType) throw damaged(`it signs something of type ${JSON.stringify(type.slice(0, 100))}`);
  const value = parse(payload);
  if (!Value.Check(Payload, value)) throw damaged('it does not say what it signs');
  const { targetArtifact } = value;
  if (
    targetArtifact.digest === digest &&
    targetArtifact.mediaType === mediaType &&
    targetArtifact.size === size
  )
    return;
  throw new CheckFailure(
    `it is about ${targetArtifact.digest}, another artifact`,
    'somebody attached the signature of something else; sign this artifact',
  );
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw damaged('what it signs is no JSON');
  }
}
