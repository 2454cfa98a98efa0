import * as t from '../schema.ts';

/** Host functions that a plugin may be granted beyond logging and files. */
export const capability = t.oneOf(
  ['http', 'tcp'],
  'HTTP requests through the host, or raw TCP connections through it.',
);

/** Words of the plugin contract (sdk/contract/manifest.ts). */
export const pluginKind = t.oneOf(
  ['source', 'builder', 'notifier', 'policy', 'decryptor', 'receiver'],
  'What it can be used for.',
);

export const networkHosts = t.array(
  t.string('A host.', { minLength: 1, maxLength: 261 }),
  'Hosts with optional port: api.example.com:443, *.example.com, or * for all.',
  { maxItems: 100 },
);

/** A Kubernetes quantity of bytes. */
export function memory(description: string) {
  return t.string(description, { pattern: '^[1-9][0-9]*(Ki|Mi|Gi)?$' });
}
