import type { BuildResponse } from '../../contract/builder.ts';
import type { CommandResponse } from '../../contract/command.ts';
import type { PluginManifest, PluginRequests } from '../../contract/manifest.ts';
import type { NotifierTrait, NotifyResponse } from '../../contract/notifier.ts';
import type { SelectResponse } from '../../contract/policy.ts';
import type { ReceiveResponse } from '../../contract/receiver.ts';
import type { FetchResponse, ResolveResponse } from '../../contract/source.ts';
import type { VerifyRequest, VerifyResponse } from '../../contract/verification.ts';
import type {
  BuildCall,
  ConfigOf,
  ConfigSchema,
  Decryption,
  Invocation,
  Notification,
  Selection,
  SourceCall,
  Webhook,
} from './requests.ts';

/** What an exported function may give: handlers may be async. */
export type Answer<T> = T | Promise<T>;

/** What the plugin asks for; see {@link PluginRequests}. */
export interface Requests<Key extends string>
  extends Omit<PluginRequests, 'network' | 'capabilities' | 'secretKeys' | 'credentials'> {
  readonly network?: readonly string[];
  /** Default: `http` when `network` names something. */
  readonly capabilities?: readonly ('http' | 'tcp')[];
  readonly secretKeys?: readonly Key[];
  readonly credentials?: Readonly<PluginRequests['credentials']>;
}

/** What every plugin says about itself. */
export interface About<Key extends string> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** At most 300 characters; default: `description` of package.json. */
  readonly description?: string;
  /** Default: `version` of package.json. */
  readonly version?: string;
  /** SPDX identifier; default: `license` of package.json. */
  readonly license?: string;
  /** Where the code lives; default: `repository` of package.json. */
  readonly repository?: string;
  readonly requests?: Requests<Key>;
}

/** Under which names users reach what a plugin provides. */
export interface Use<Schema extends ConfigSchema | undefined> {
  /** One or several; default: the plugin's name. */
  readonly type?: string | readonly string[];
  /** JSON Schema of the settings. The host checks them before it calls. */
  readonly config?: Schema;
}

/** Delivers events, e.g. to a chat. */
export interface NotifierParts<Schema extends ConfigSchema | undefined, Key extends string>
  extends Use<Schema> {
  readonly traits?: readonly NotifierTrait[];
  notify(call: Notification<ConfigOf<Schema>, Key>): Answer<NotifyResponse | undefined>;
}

/** Fetches what is to be applied. */
export interface SourceParts<Schema extends ConfigSchema | undefined, Key extends string>
  extends Use<Schema> {
  /** Asks the remote where it stands, cheaply. */
  resolve(call: SourceCall<ConfigOf<Schema>, Key>): Answer<ResolveResponse>;
  /** Writes the tree below `/out`; `resolved` is what `resolve` gave. */
  fetch(call: SourceCall<ConfigOf<Schema>, Key> & { readonly resolved?: unknown }): Answer<FetchResponse>;
  /** Checks one signature of what was fetched, for sources that can be verified. */
  verify?(call: VerifyRequest): Answer<VerifyResponse>;
}

/** Turns the files below `/in` into Kubernetes objects. */
export interface BuilderParts<Schema extends ConfigSchema | undefined> extends Use<Schema> {
  build(call: BuildCall<ConfigOf<Schema>>): Answer<BuildResponse>;
}

/** Chooses one of the tags of an image. */
export interface PolicyParts<Schema extends ConfigSchema | undefined> extends Use<Schema> {
  select(call: Selection<ConfigOf<Schema>>): Answer<SelectResponse>;
}

/** Checks and reads a webhook. */
export interface ReceiverParts<Key extends string> extends Use<undefined> {
  receive(call: Webhook<Key>): Answer<ReceiveResponse>;
}

/** Unwraps the data key of a SOPS file. */
export interface DecryptorParts<Key extends string> extends Use<undefined> {
  decrypt(call: Decryption<Key>): Answer<{ readonly dataKey: Uint8Array }>;
}

/** Adds `flux <type>`. */
export interface CommandParts extends Use<undefined> {
  run(call: Invocation): Answer<CommandResponse>;
}

/** An exported function as the runtime calls it: the request of the contract in, its response out. */
export type Operation = (request: unknown) => Answer<unknown>;

/** A manifest that the builder completes from package.json. */
export type PartialManifest = Pick<PluginManifest, 'name' | 'provides' | 'requests'> &
  Partial<Pick<PluginManifest, 'description' | 'version' | 'license' | 'source'>>;

/** What `definePlugin` and its siblings make, and the module exports as default. */
export interface PluginDefinition {
  readonly manifest: PartialManifest;
  /** By name of the export. */
  readonly operations: Readonly<Record<string, Operation>>;
}
