import type { PluginKind, PluginManifest } from '../../contract/manifest.ts';
import type {
  About,
  BuilderParts,
  CommandParts,
  DecryptorParts,
  NotifierParts,
  PartialManifest,
  PluginDefinition,
  PolicyParts,
  ReceiverParts,
  SourceParts,
  Use,
} from './definition.ts';
import {
  builderOperations,
  commandOperations,
  decryptorOperations,
  notifierOperations,
  policyOperations,
  receiverOperations,
  sourceOperations,
} from './operations.ts';
import type { ConfigSchema } from './requests.ts';

type Schema = ConfigSchema | undefined;
type Provided = PluginManifest['provides'];

/** Every kind at most once. */
export interface PluginParts<
  Key extends string,
  NotifierConfig extends Schema,
  SourceConfig extends Schema,
  BuilderConfig extends Schema,
  PolicyConfig extends Schema,
> extends About<Key> {
  readonly notifier?: NotifierParts<NotifierConfig, Key>;
  readonly source?: SourceParts<SourceConfig, Key>;
  readonly builder?: BuilderParts<BuilderConfig>;
  readonly policy?: PolicyParts<PolicyConfig>;
  readonly receiver?: ReceiverParts<Key>;
  readonly decryptor?: DecryptorParts<Key>;
  readonly command?: CommandParts;
}

function provided(
  kind: PluginKind,
  name: string,
  use: Use<Schema> & { traits?: readonly string[] },
): Provided {
  const types = use.type === undefined ? [name] : [use.type].flat();
  return types.map((type) => ({
    kind,
    type,
    ...(use.config === undefined ? {} : { config: { ...use.config } }),
    ...(use.traits === undefined ? {} : { traits: [...use.traits] }),
  }));
}

function requestsOf({ requests = {} }: About<string>): PartialManifest['requests'] {
  const { network, capabilities, secretKeys, credentials, ...others } = requests;
  const needed = capabilities ?? (network?.length ? (['http'] as const) : undefined);
  return {
    ...others,
    ...(network ? { network: [...network] } : {}),
    ...(needed ? { capabilities: [...needed] } : {}),
    ...(secretKeys ? { secretKeys: [...secretKeys] } : {}),
    ...(credentials ? { credentials: [...credentials] } : {}),
  };
}

function manifestOf(about: About<string>, provides: Provided): PartialManifest {
  const { name, description, version, license, repository } = about;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    ...(license === undefined ? {} : { license }),
    ...(repository === undefined ? {} : { source: repository }),
    provides,
    requests: requestsOf(about),
  };
}

/** A plugin that provides several kinds. Export the result as the module's default. */
export function definePlugin<
  const K extends string = never,
  const N extends Schema = undefined,
  const S extends Schema = undefined,
  const B extends Schema = undefined,
  const P extends Schema = undefined,
>(plugin: PluginParts<K, N, S, B, P>): PluginDefinition {
  const { name, notifier, source, builder, policy, receiver, decryptor, command } = plugin;
  const provides = [
    ...(notifier ? provided('notifier', name, notifier) : []),
    ...(source ? provided('source', name, source) : []),
    ...(builder ? provided('builder', name, builder) : []),
    ...(policy ? provided('policy', name, policy) : []),
    ...(receiver ? provided('receiver', name, receiver) : []),
    ...(decryptor ? provided('decryptor', name, decryptor) : []),
    ...(command ? provided('command', name, command) : []),
  ];
  return {
    manifest: manifestOf(plugin, provides),
    operations: {
      ...(notifier && notifierOperations(notifier)),
      ...(source && sourceOperations(source)),
      ...(builder && builderOperations(builder)),
      ...(policy && policyOperations(policy)),
      ...(receiver && receiverOperations(receiver)),
      ...(decryptor && decryptorOperations(decryptor)),
      ...(command && commandOperations(command)),
    },
  };
}

/** A plugin that delivers events. Export the result as the module's default. */
export function defineNotifier<const S extends Schema = undefined, const K extends string = never>(
  plugin: About<K> & NotifierParts<S, K>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('notifier', plugin.name, plugin)),
    operations: notifierOperations(plugin),
  };
}

/** A plugin that fetches what is to be applied. Export the result as the module's default. */
export function defineSource<const S extends Schema = undefined, const K extends string = never>(
  plugin: About<K> & SourceParts<S, K>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('source', plugin.name, plugin)),
    operations: sourceOperations(plugin),
  };
}

/** A plugin that turns files into Kubernetes objects. Export the result as the module's default. */
export function defineBuilder<const S extends Schema = undefined>(
  plugin: About<never> & BuilderParts<S>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('builder', plugin.name, plugin)),
    operations: builderOperations(plugin),
  };
}

/** A plugin that chooses an image's tag. Export the result as the module's default. */
export function definePolicy<const S extends Schema = undefined>(
  plugin: About<never> & PolicyParts<S>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('policy', plugin.name, plugin)),
    operations: policyOperations(plugin),
  };
}

/** A plugin that checks and reads webhooks. Export the result as the module's default. */
export function defineReceiver<const K extends string = never>(
  plugin: About<K> & ReceiverParts<K>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('receiver', plugin.name, plugin)),
    operations: receiverOperations(plugin),
  };
}

/** A plugin that unwraps data keys of SOPS files. Export the result as the module's default. */
export function defineDecryptor<const K extends string = never>(
  plugin: About<K> & DecryptorParts<K>,
): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('decryptor', plugin.name, plugin)),
    operations: decryptorOperations(plugin),
  };
}

/** A plugin that adds a command to `flux`. Export the result as the module's default. */
export function defineCommand(plugin: About<never> & CommandParts): PluginDefinition {
  return {
    manifest: manifestOf(plugin, provided('command', plugin.name, plugin)),
    operations: commandOperations(plugin),
  };
}
