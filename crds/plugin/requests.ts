import * as t from '../schema.ts';

/** Host functions that a plugin may be granted beyond logging and files. */
export const capability = t.oneOf(
  ['http', 'tcp'],
  'HTTP requests through the host, or raw TCP connections through it.',
);

/** Words of the plugin contract (sdk/contract/manifest.ts). */
export const pluginKind = t.oneOf(
  ['source', 'builder', 'chart', 'notifier', 'policy', 'decryptor', 'receiver', 'command'],
  'What it can be used for.',
);

export const networkHosts = t.array(
  t.string('A host.', { minLength: 1, maxLength: 261 }),
  'Hosts with optional port: api.example.com:443, *.example.com, * for all, or $address for the host that the object using the plugin names.',
  { maxItems: 100 },
);

/** A Kubernetes quantity of bytes. */
export function memory(description: string) {
  return t.string(description, { pattern: '^[1-9][0-9]*(Ki|Mi|Gi)?$' });
}

const key = t.string('Key of the Secret that the object using the plugin refers to.', { minLength: 1 });

/** How the host adds a secret that the plugin does not see (sdk/contract/credential.ts). */
export const credentials = t.array(
  t.object(
    'A secret that the host adds to requests on their way out.',
    {
      hosts: t.optional(
        t.array(t.string('A host.', { minLength: 1 }), 'Hosts that it is meant for; by default $address.', {
          maxItems: 20,
        }),
      ),
      requires: t.optional(
        t.array(t.string('A key.', { minLength: 1 }), 'Keys without which it is left out.', { maxItems: 10 }),
      ),
      header: t.optional(
        t.object('As a header.', {
          name: t.string('Name of the header.', { minLength: 1 }),
          key,
          format: t.optional(
            t.string('Text around the value, e.g. Bearer {}; {base64} stands for its base64.'),
          ),
        }),
      ),
      basic: t.optional(
        t.object('As basic authentication.', {
          usernameKey: t.optional(t.string('Key of the Secret; by default no user name.', { minLength: 1 })),
          passwordKey: key,
        }),
      ),
      query: t.optional(
        t.object('As a query parameter.', {
          name: t.string('Name of the parameter.', { minLength: 1 }),
          key,
        }),
      ),
      hmac: t.optional(
        t.object('As a signature of the body.', {
          header: t.string('Name of the header.', { minLength: 1 }),
          key,
          algorithm: t.oneOf(['sha1', 'sha256', 'sha512'], 'Hash function.'),
          format: t.optional(t.string('Text around the hex, e.g. sha256={}.')),
        }),
      ),
      headers: t.optional(t.object('Headers, as a YAML map in one entry.', { key })),
      registry: t.optional(t.boolean('Logs in to the OCI registry of the object, for reading.')),
      storage: t.optional(t.boolean('Signs requests to the object storage of the object.')),
    },
    {
      rules: [
        {
          rule: '[has(self.header), has(self.basic), has(self.query), has(self.hmac), has(self.headers), has(self.registry), has(self.storage)].filter(x, x).size() == 1',
          message: 'a credential is one of header, basic, query, hmac, headers, registry and storage',
        },
      ],
    },
  ),
  'Secrets that the host adds to requests, unseen by the plugin.',
  { maxItems: 20 },
);

/** A cloud identity (sdk/contract/credential.ts). */
export const identity = t.object('Access token of a cloud, for the ServiceAccount that the object names.', {
  cloud: t.oneOf(['azure', 'gcp'], 'Which cloud.'),
  scope: t.string('OAuth scope or audience of the token.', { minLength: 1 }),
  hosts: t.optional(
    t.array(t.string('A host.', { minLength: 1 }), 'Hosts whose requests get it as a bearer token.', {
      maxItems: 20,
    }),
  ),
  visible: t.optional(t.boolean('The plugin sees the token.')),
});
