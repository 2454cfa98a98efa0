import Type, { type Static } from 'typebox';
import { Credential, Identity } from './credential.ts';

/** Version of the contract in this folder. A plugin names the one it was built for. */
export const contractVersion = 'plugin.flux-host/v1';

/** Name of the Wasm custom section that holds the manifest as JSON. */
export const manifestSection = 'flux.plugin.manifest';

/** The kinds of plugins, each with its own exports; see the file of the same name. */
export const PluginKind = Type.Union(
  [
    Type.Literal('source'),
    Type.Literal('builder'),
    Type.Literal('chart'),
    Type.Literal('notifier'),
    Type.Literal('policy'),
    Type.Literal('decryptor'),
    Type.Literal('receiver'),
    Type.Literal('command'),
  ],
  { description: 'What the plugin can be used for' },
);
export type PluginKind = Static<typeof PluginKind>;

/** What a plugin of each kind has to export. */
export const kindExports: Readonly<Record<PluginKind, readonly string[]>> = {
  source: ['resolve', 'fetch'],
  builder: ['build'],
  chart: ['inspect', 'package', 'compose', 'render', 'assemble', 'observe'],
  notifier: ['notify'],
  policy: ['select'],
  decryptor: ['decrypt'],
  receiver: ['receive'],
  command: ['run'],
};

/** What a plugin asks for; an administrator grants it or does not. */
export const PluginRequests = Type.Object(
  {
    network: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Hosts with optional port (`api.example.com:443`, `*.example.com`, `*`); `$address` is the host of the address that ' +
          'the object using the plugin names',
      }),
    ),
    capabilities: Type.Optional(
      Type.Array(Type.Union([Type.Literal('http'), Type.Literal('tcp')]), {
        description: 'Host functions beyond logging and files',
      }),
    ),
    secretKeys: Type.Optional(
      Type.Array(Type.String(), { description: 'Keys of the referenced Secret that the plugin has to see' }),
    ),
    credentials: Type.Optional(
      Type.Array(Credential, { description: 'Secrets that the host adds to requests, unseen by the plugin' }),
    ),
    identity: Type.Optional(Identity),
    memory: Type.Optional(Type.String({ description: 'Largest linear memory, e.g. `256Mi`' })),
    timeout: Type.Optional(Type.String({ description: 'Longest call, e.g. `30s`' })),
  },
  { additionalProperties: false },
);
export type PluginRequests = Static<typeof PluginRequests>;

/** Travels inside the module, so that one digest covers code and claims. */
export const PluginManifest = Type.Object(
  {
    contract: Type.Literal(contractVersion),
    name: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 }),
    version: Type.String({ description: 'Semantic version' }),
    description: Type.String({ maxLength: 300 }),
    source: Type.Optional(Type.String({ description: 'Where the code lives' })),
    license: Type.Optional(Type.String({ description: 'SPDX identifier' })),
    provides: Type.Array(
      Type.Object({
        kind: PluginKind,
        type: Type.String({ description: 'Name under which users reach it, e.g. a Provider type' }),
        config: Type.Optional(
          Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of its config' }),
        ),
        traits: Type.Optional(
          Type.Array(Type.String(), {
            description: 'What the host has to know of it, see the file of the kind',
          }),
        ),
      }),
      { minItems: 1 },
    ),
    requests: PluginRequests,
  },
  { additionalProperties: false },
);
export type PluginManifest = Static<typeof PluginManifest>;
