import type { Static } from 'typebox';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { matchOIDCIdentity } from '../common/verify.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { ociReference } from '../source/oci-repository.ts';
import { capability, credentials, identity, memory, networkHosts, pluginKind } from './requests.ts';

const count = { format: 'int64', minimum: 0 } as const;

/** A Secret, from a cluster-scoped object: its namespace is not that of the object. */
const secret = {
  name: t.string('Name of the Secret.', { minLength: 1, maxLength: 253 }),
  namespace: t.optional(
    t.string('Namespace of the Secret; by default the one that Flux runs in.', {
      minLength: 1,
      maxLength: 63,
    }),
  ),
};

const PluginSource = t.object('Image that holds the module.', {
  url: t.string('Address of the repository, oci://<host>/<path>.', { pattern: '^oci://.*$' }),
  ref: t.optional(ociReference),
  secretRef: t.optional(t.object('Secret of type kubernetes.io/dockerconfigjson.', secret)),
  insecure: t.optional(t.boolean('Allows a registry without TLS.')),
});

const PluginVerification = t.object(
  'Refuses a module that no trusted party has signed.',
  {
    provider: t.oneOf(['cosign'], 'Tool whose signatures are checked.', { default: 'cosign' }),
    secretRef: t.optional(t.object('Secret with the trusted public keys (*.pub).', secret)),
    matchOIDCIdentity: t.optional(matchOIDCIdentity),
  },
  {
    rules: [
      {
        rule: 'has(self.secretRef) || has(self.matchOIDCIdentity)',
        message:
          'verify needs a secretRef with keys or matchOIDCIdentity: a signature by anybody proves nothing',
      },
    ],
  },
);

/** What the plugin may do. Nothing is granted by default. */
export const PluginGrants = t.object('What the plugin may do; what is not named here it cannot do.', {
  network: t.optional(networkHosts),
  capabilities: t.optional(t.array(capability, 'Host functions that it may call.', { listType: 'set' })),
  secrets: t.optional(
    t.array(
      t.object('A Secret that the plugin may see parts of.', {
        ...secret,
        keys: t.array(t.string('A key.'), 'Keys that it may see.', { minItems: 1, listType: 'set' }),
      }),
      'Secrets that it may see parts of, beside the ones that its users refer to.',
      { maxItems: 50 },
    ),
  ),
  secretKeys: t.optional(
    t.array(t.string('A key.'), 'Keys that it may see of the Secrets that its users refer to.', {
      listType: 'set',
    }),
  ),
  credentials: t.optional(credentials),
  identity: t.optional(identity),
  memory: t.optional(memory('Most memory for one instance, e.g. 256Mi.')),
  timeout: t.optional(t.duration('Longest time for one call, e.g. 30s.')),
  concurrency: t.optional(t.integer('Most calls at the same time.', { minimum: 1 })),
  namespaces: t.optional(
    t.object(
      'Namespaces whose objects may use the plugin; without it all of them.',
      {
        names: t.optional(
          t.array(t.string('A namespace.', { minLength: 1, maxLength: 63 }), 'These namespaces.', {
            listType: 'set',
          }),
        ),
        matchLabels: t.optional(t.map('Namespaces with all of these labels, too.')),
      },
      {
        rules: [
          {
            rule: 'has(self.names) || has(self.matchLabels)',
            message: 'namespaces needs names or matchLabels',
          },
        ],
      },
    ),
  ),
});
export type PluginGrants = Static<typeof PluginGrants>;

export const PluginSpec = t.object('Where the plugin comes from and what it may do.', {
  source: PluginSource,
  verify: t.optional(PluginVerification),
  grants: t.optional(PluginGrants),
  interval: t.optional(t.duration('How often to look for a new version.', { default: '10m' })),
  timeout: t.optional(t.timeout('Longest time for one registry operation.', { default: '60s' })),
  suspend: t.optional(t.boolean('Stops looking for new versions and refuses calls.')),
});

export const PluginStatus = t.object(
  'What was installed, and how it does.',
  {
    conditions: t.optional(conditions),
    observedGeneration: t.optional(observedGeneration),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    digest: t.optional(t.string('Digest of the installed module.')),
    revision: t.optional(t.string('Tag and digest of the image that it came in.')),
    version: t.optional(t.string('Version that the module gives itself.')),
    contract: t.optional(t.string('Version of the plugin contract that it was built for.')),
    size: t.optional(t.integer('Size of the module in bytes.', count)),
    exports: t.optional(t.array(t.string('A function.'), 'Functions that the module exports.')),
    provides: t.optional(
      t.array(
        t.object('A use of the plugin.', {
          kind: pluginKind,
          type: t.string('Name by which users reach it.'),
        }),
        'What it can be used for.',
      ),
    ),
    requests: t.optional(
      t.object('What the author asks for; only what spec.grants names is given.', {
        network: t.optional(networkHosts),
        capabilities: t.optional(t.array(capability, 'Host functions that it calls.')),
        secretKeys: t.optional(t.array(t.string('A key.'), 'Keys of Secrets that it wants to see.')),
        credentials: t.optional(credentials),
        identity: t.optional(identity),
        memory: t.optional(memory('Memory that it wants.')),
        timeout: t.optional(t.duration('Time that a call takes at most.')),
      }),
    ),
    calls: t.optional(t.integer('Calls since the host started.', count)),
    failures: t.optional(t.integer('How many of them failed.', count)),
    lastError: t.optional(
      t.object('The last failure.', {
        time: t.time('When it happened.'),
        code: t.optional(t.string('Code of the error, FLUX_E_….')),
        message: t.string('What happened.', { maxLength: 32768 }),
      }),
    ),
  },
  unobserved,
);

export const Plugin = defineKind({
  group: 'plugin.extensions.fluxcd.io',
  version: 'v1alpha1',
  kind: 'Plugin',
  plural: 'plugins',
  shortNames: ['fluxplugin'],
  categories: ['fluxcd', 'fluxcd-plugins'],
  namespaced: false,
  description: 'Plugin installs a WebAssembly plugin and grants it what it may do.',
  printerColumns: [field('Version', '.status.version'), ready, statusMessage, age],
  spec: PluginSpec,
  status: PluginStatus,
});
export type Plugin = ObjectOf<typeof Plugin>;
