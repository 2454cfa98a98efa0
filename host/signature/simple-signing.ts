import Type from 'typebox';
import Value from 'typebox/value';
import { CheckFailure } from './errors.ts';
import { otherDigest } from './statement.ts';

/** Media type of the layers of cosign 2. */
export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';

const signatureType = 'cosign container image signature';

const Payload = Type.Object({
  critical: Type.Object({
    type: Type.String(),
    image: Type.Object({ 'docker-manifest-digest': Type.String() }),
  }),
});

/** "This digest is signed", as cosign 2 says it. */
export function simpleSigning(
  repository: string,
  digest: string,
  annotations: Readonly<Record<string, string>>,
): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: signatureType,
      },
      optional: Object.keys(annotations).length > 0 ? annotations : null,
    }),
  );
}

/** @throws CheckFailure unless the payload is about the digest */
export function checkSimpleSigning(payload: Uint8Array, digest: string): void {
  const value = parse(payload);
  if (!Value.Check(Payload, value) || value.critical.type !== signatureType)
    throw new CheckFailure('what it signs is not what cosign makes', 'sign it with: cosign sign');
  const signed = value.critical.image['docker-manifest-digest'];
  if (signed !== digest) throw otherDigest(signed, digest);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
