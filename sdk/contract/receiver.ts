import Type, { type Static } from 'typebox';

/**
 * A `receiver` plugin exports `receive`: is this webhook genuine, and what does it say? A failure is answered with 400. What
 * `events`, `resourceFilter` and `resources` make of it is the host's. A token of an OpenID Connect provider is checked by the host, which has the
 * keys: the plugin answers with `verify` and is called again with `claims`.
 */
export const ReceiveRequest = Type.Object({
  receiver: Type.Object({
    namespace: Type.String(),
    name: Type.String(),
    type: Type.String(),
    events: Type.Optional(Type.Array(Type.String())),
    oidcProviders: Type.Optional(
      Type.Array(Type.Object({ issuerURL: Type.String(), audience: Type.Optional(Type.String()) })),
    ),
  }),
  method: Type.String(),
  headers: Type.Record(Type.String(), Type.Array(Type.String()), { description: 'By name in lower case' }),
  body: Type.String({ description: 'As it came, base64' }),
  secret: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Granted keys, base64' })),
  claims: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Of the token that was verified' }),
  ),
});
export type ReceiveRequest = Static<typeof ReceiveRequest>;

export const ReceiveResponse = Type.Union([
  Type.Object({
    event: Type.Optional(
      Type.String({ description: 'Compared with `spec.events` in any letter case; absent: not compared' }),
    ),
    payload: Type.Optional(
      Type.Unknown({ description: '`req` of resource filters; absent: the body, as JSON' }),
    ),
  }),
  Type.Object({
    verify: Type.Object(
      {
        token: Type.String({ description: 'JSON Web Token' }),
        issuers: Type.Array(Type.String(), { minItems: 1 }),
        audiences: Type.Array(Type.String(), { minItems: 1 }),
      },
      { description: 'Signature, issuer, audience and time of this token have to be right' },
    ),
  }),
]);
export type ReceiveResponse = Static<typeof ReceiveResponse>;
