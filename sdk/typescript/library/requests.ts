import type { Static, TSchema } from 'typebox';
import type { BuildRequest } from '../../contract/builder.ts';
import type { CommandRequest } from '../../contract/command.ts';
import type { DecryptRequest } from '../../contract/decryptor.ts';
import type { NotifyRequest } from '../../contract/notifier.ts';
import type { SelectRequest } from '../../contract/policy.ts';
import type { ReceiveRequest } from '../../contract/receiver.ts';
import type { SourceRequest } from '../../contract/source.ts';
import type { Secret } from './secret.ts';

/** A JSON Schema of an object, written as a literal or made with typebox; the type of `config` follows from it. */
export type ConfigSchema = TSchema;

type Properties<Schema> = Schema extends { readonly properties: infer P } ? P : object;

type Defaulted<P> = {
  [K in keyof P as P[K] extends { readonly default: unknown } ? K : never]: P[K] extends TSchema
    ? Static<P[K]>
    : never;
};

/** The settings that a schema describes. A property with a `default` is always there. */
export type ConfigOf<Schema extends ConfigSchema | undefined> = Schema extends ConfigSchema
  ? Static<Schema> & Defaulted<Properties<Schema>>
  : Readonly<Record<string, unknown>>;

/** What `notify` is called with: {@link NotifyRequest}, with settings and secret made easy to use. */
export type Notification<Config, Key extends string> = Omit<NotifyRequest, 'secret'> & {
  /** `provider.config` with its defaults; the host has checked it. */
  readonly config: Config;
  readonly secret: Secret<Key>;
};

/** What `resolve` and `fetch` are called with: {@link SourceRequest}. */
export type SourceCall<Config, Key extends string> = Omit<SourceRequest, 'secret' | 'resolved'> & {
  /** `spec.config` with its defaults; the host has checked it. */
  readonly config: Config;
  readonly secret: Secret<Key>;
};

/** What `build` is called with: {@link BuildRequest}. */
export type BuildCall<Config> = Omit<BuildRequest, 'config'> & {
  /** `spec.builder.config` with its defaults; the host has checked it. */
  readonly config: Config;
};

/** What `select` is called with: {@link SelectRequest}. */
export type Selection<Config> = Omit<SelectRequest, 'config'> & {
  /** `spec.policy.plugin.config` with its defaults; the host has checked it. */
  readonly config: Config;
};

/** What `receive` is called with: {@link ReceiveRequest}. */
export type Webhook<Key extends string> = Omit<ReceiveRequest, 'body' | 'secret'> & {
  /** As it came. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly secret: Secret<Key>;
  /** First value of a header, its name in any letter case. */
  header(name: string): string | undefined;
  text(): string;
  /** @throws PluginError when the body is not JSON */
  json(): unknown;
};

/** What `decrypt` is called with: {@link DecryptRequest}. */
export type Decryption<Key extends string> = Omit<DecryptRequest, 'secret'> & {
  readonly secret: Secret<Key>;
};

/** What `run` is called with: {@link CommandRequest}. */
export type Invocation = Omit<CommandRequest, 'stdin'> & {
  /** Absent when standard input is a terminal. */
  readonly stdin?: Uint8Array<ArrayBuffer>;
};
