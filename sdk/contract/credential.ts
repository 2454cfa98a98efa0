import Type, { type Static } from 'typebox';

const key = Type.String({ minLength: 1, description: 'Key of the Secret that the object refers to' });

/**
 * A credential that the host puts on a plugin's HTTP requests on their way out, so that the plugin never holds it. It goes to
 * the granted hosts alone, never along with a redirect to another origin, and is left out when the Secret has no such key or nothing in it.
 * Exactly one of `header`, `basic`, `query`, `hmac`, `headers`, `registry` and `storage` says how. Of two that set the same header, the later one in the list counts.
 */
export const Credential = Type.Object(
  {
    hosts: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Hosts with optional port that it is meant for; by default `$address`',
      }),
    ),
    requires: Type.Optional(
      Type.Array(key, {
        description: 'Keys without which it is left out, e.g. both of user name and password',
      }),
    ),
    header: Type.Optional(
      Type.Object({
        name: Type.String({ description: 'e.g. `Authorization`' }),
        key,
        format: Type.Optional(
          Type.String({
            description: '`{}` stands for the value, `{base64}` for its base64, e.g. `Bearer {}`',
          }),
        ),
      }),
    ),
    basic: Type.Optional(
      Type.Object({
        usernameKey: Type.Optional(
          Type.String({ minLength: 1, description: 'Key of the Secret; by default there is no user name' }),
        ),
        passwordKey: key,
      }),
    ),
    query: Type.Optional(Type.Object({ name: Type.String(), key })),
    hmac: Type.Optional(
      Type.Object(
        {
          header: Type.String({ description: 'Header that carries the signature, e.g. `X-Signature`' }),
          key,
          algorithm: Type.Union([Type.Literal('sha1'), Type.Literal('sha256'), Type.Literal('sha512')]),
          format: Type.Optional(Type.String({ description: '`{}` stands for the hex, e.g. `sha256={}`' })),
        },
        { description: 'HMAC of the request body' },
      ),
    ),
    registry: Type.Optional(
      Type.Boolean({
        description:
          'Logs in to the OCI registry of the object. The plugin reads `https://<registry>/v2/<repository>/…` with GET and HEAD; challenges, tokens, cloud identities, ' +
          'client certificates, plain HTTP where it is allowed, redirects to storage services and second attempts are the host’s to do. What the registry refuses is a ' +
          'failure `FLUX_E_OCI_…` of `flux_http_open`; a HEAD is answered also with 400, 403, 404, 405 and 501',
      }),
    ),
    storage: Type.Optional(
      Type.Boolean({
        description:
          'Proves who asks to the object storage of the object in the way of its provider: AWS Signature Version 4, a shared key, an access token, a shared access ' +
          'signature. Covers requests without a body',
      }),
    ),
    headers: Type.Optional(
      Type.Object({ key }, { description: 'Headers as a YAML map in one entry of the Secret' }),
    ),
  },
  { additionalProperties: false, description: 'How the host adds a secret that the plugin does not see' },
);
export type Credential = Static<typeof Credential>;

/** A cloud identity of the ServiceAccount that the object names (workload identity). */
export const Identity = Type.Object(
  {
    cloud: Type.Union([Type.Literal('azure'), Type.Literal('gcp')]),
    scope: Type.String({ description: 'OAuth scope or audience of the access token' }),
    hosts: Type.Optional(
      Type.Array(Type.String(), { description: 'Hosts whose requests get it as `Authorization: Bearer`' }),
    ),
    visible: Type.Optional(
      Type.Boolean({
        description: 'The plugin gets the token as `identityToken`, for protocols beside HTTP',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Identity = Static<typeof Identity>;
