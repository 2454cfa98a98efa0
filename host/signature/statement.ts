import Type from 'typebox';
import Value from 'typebox/value';
import { CheckFailure } from './errors.ts';

/** The type of what is inside of a DSSE envelope. */
export const inTotoType = 'application/vnd.in-toto+json';

/** Says that an in-toto statement is a signature and nothing more. */
export const signPredicate = 'https://sigstore.dev/cosign/sign/v1';

const Statement = Type.Object({
  _type: Type.String(),
  predicateType: Type.String(),
  subject: Type.Array(Type.Object({ digest: Type.Record(Type.String(), Type.String()) })),
});

/** The statement "this digest is signed", as cosign 3 makes it. */
export function signStatement(digest: string, annotations: Readonly<Record<string, string>>): Buffer {
  const [algorithm = '', hex = ''] = digest.split(':');
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { [algorithm]: hex }, annotations }],
      predicateType: signPredicate,
      predicate: {},
    }),
  );
}

/** @throws CheckFailure unless the statement in an envelope is about the digest */
export function checkStatement(payloadType: string, payload: Uint8Array, digest: string): void {
  if (payloadType !== inTotoType)
    throw new CheckFailure(
      `it signs something of type ${JSON.stringify(payloadType)}`,
      'sign it with: cosign sign',
    );
  const value = parse(payload);
  if (!Value.Check(Statement, value))
    throw new CheckFailure('what it signs is no in-toto statement', 'sign it with: cosign sign');
  const [algorithm = '', hex = ''] = digest.split(':');
  if (value.subject.some((one) => one.digest[algorithm] === hex)) return;
  const others = value.subject
    .flatMap((one) => Object.entries(one.digest))
    .map(([name, text]) => `${name}:${text}`);
  throw otherDigest(others.join(', '), digest);
}

/** The signature is somebody's, for something else. */
export const otherDigest = (signed: string, digest: string) =>
  new CheckFailure(
    `it is for ${signed.slice(0, 300)}, not for ${digest}`,
    'somebody put the signature of another artifact here: find out who, and sign this digest if it is the right one',
  );

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

/** What is really signed of a DSSE envelope: the pre-authentication encoding. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
