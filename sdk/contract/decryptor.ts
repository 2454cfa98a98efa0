import Type, { type Static } from 'typebox';

/**
 * A `decryptor` plugin exports `decrypt`: it unwraps the data key of a SOPS file with one key service. It sees neither
 * the file nor its plain text, only the key reference and the granted keys of the decryption Secret.
 */
export const DecryptRequest = Type.Object({
  service: Type.String({
    description: 'Name of the entry in the file’s `sops` metadata: `age`, `pgp`, `kms`, `hc_vault`, …',
  }),
  key: Type.Record(Type.String(), Type.Unknown(), {
    description:
      'The entry itself: recipient, fingerprint or address of the key, and the wrapped data key (`enc`)',
  }),
  secret: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Granted keys, base64' })),
  identityToken: Type.Optional(
    Type.String({ description: 'Access token, where a visible identity is granted' }),
  ),
});
export type DecryptRequest = Static<typeof DecryptRequest>;

export const DecryptResponse = Type.Object({ dataKey: Type.String({ description: 'base64' }) });
export type DecryptResponse = Static<typeof DecryptResponse>;
