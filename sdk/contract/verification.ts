import Type, { type Static } from 'typebox';

/**
 * A `source` plugin may export `verify` beside `resolve` and `fetch`: it checks one detached signature of what it fetched. The host calls
 * it for sources whose spec asks for verification, with the parts of the signed object and the public keys that the user trusts.
 */
export const VerifyRequest = Type.Object({
  type: Type.String({ description: 'Kind of signature: `openpgp`, `ssh`' }),
  signature: Type.String({ description: 'The armoured signature' }),
  payload: Type.String({ description: 'What was signed, base64' }),
  keys: Type.Array(Type.String(), {
    description: 'Armoured OpenPGP key rings, or files in the format of `authorized_keys`',
  }),
});
export type VerifyRequest = Static<typeof VerifyRequest>;

export const VerifyResponse = Type.Object({
  key: Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'Which key signed: an OpenPGP key ID or the fingerprint of an SSH key (`SHA256:…`)',
  }),
});
export type VerifyResponse = Static<typeof VerifyResponse>;
