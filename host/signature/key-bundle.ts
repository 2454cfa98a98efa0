import Type from 'typebox';
import Value from 'typebox/value';
import { CheckFailure } from './errors.ts';

const Bundle = Type.Object({
  mediaType: Type.String(),
  verificationMaterial: Type.Object({
    publicKey: Type.Optional(Type.Object({ hint: Type.Optional(Type.String()) })),
  }),
  dsseEnvelope: Type.Object({
    payload: Type.String(),
    payloadType: Type.String(),
    signatures: Type.Array(Type.Object({ sig: Type.String() }), { minItems: 1, maxItems: 1 }),
  }),
});

/** What a bundle that was made with a key says. */
export interface KeyBundle {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** Which key it was; empty when it does not say. */
  readonly hint: string;
}

/**
 * Reads a Sigstore bundle with a DSSE envelope and a key. The libraries for certificates and logs are large and not needed for that.
 * @throws CheckFailure
 */
export function readKeyBundle(bytes: Uint8Array): KeyBundle {
  const value = parse(bytes);
  if (!Value.Check(Bundle, value) || !value.mediaType.startsWith('application/vnd.dev.sigstore.bundle'))
    throw new CheckFailure('it is no Sigstore bundle with an envelope', 'sign it with: cosign sign');
  const { payload, payloadType, signatures } = value.dsseEnvelope;
  const { publicKey } = value.verificationMaterial;
  if (!publicKey)
    throw new CheckFailure(
      'it was made with a certificate (keyless), and a key is asked for',
      'leave secretRef away and set matchOIDCIdentity, or sign with: cosign sign --key',
    );
  return {
    payloadType,
    payload: Buffer.from(payload, 'base64'),
    signature: Buffer.from(signatures[0]?.sig ?? '', 'base64'),
    hint: publicKey.hint ?? '',
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
