import { examples } from '@flux-host/sdk/contract/examples/index.ts';
import { kindExports, type PluginKind, type PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { usageError } from '../../command/errors.ts';
import type { Flags, FlagValues } from '../../command/types.ts';
import { readJsonFile } from './module.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a plugin is to be called with. */
export interface CallInput {
  readonly kind: PluginKind;
  readonly operation: string;
  readonly request: Fields;
}

/** The flags that say what a plugin is called with. */
export const requestFlags: Flags = {
  event: { type: 'string', about: 'JSON file with the event, for notifiers' },
  request: { type: 'string', about: 'JSON file with the whole request of the contract, for all kinds' },
  kind: { type: 'string', about: 'what to use the plugin for, where it provides several kinds' },
  operation: { type: 'string', about: 'exported function to call; the first of the kind when not given' },
  address: { type: 'string', about: 'address of the Provider; the plugin connects to it for real' },
  channel: { type: 'string', about: 'channel of the Provider' },
  username: { type: 'string', about: 'user name of the Provider' },
  config: { type: 'string', about: 'JSON file with the settings of the plugin' },
  secret: {
    type: 'list',
    about: 'entry of the Secret, key=value or key=@file (can be repeated)',
  },
  files: { type: 'string', about: 'folder that the plugin finds at /in' },
};

/** Puts a request together from files and flags; where nothing is given, from the golden example of the kind. */
export async function callInput(
  { provides, name }: PluginManifest,
  flags: FlagValues,
  cwd: string,
): Promise<CallInput> {
  const wanted = flags.text('kind') || (flags.given('event') ? 'notifier' : provides[0]?.kind);
  const use = provides.find(({ kind }) => kind === wanted);
  if (!use) {
    const there = [...new Set(provides.map(({ kind }) => kind))].join(', ');
    throw usageError(`plugin ${name} provides no ${wanted}, but: ${there}`);
  }
  const { kind, type } = use;
  const operation = flags.text('operation') || (kindExports[kind][0] ?? '');
  const example = examples[kind].find((each) => each.operation === operation)?.request;
  const { secret: _, ...base } = flags.given('request')
    ? await readJsonFile(flags.text('request'), cwd)
    : fieldsOf(example);
  const config = flags.given('config') ? await readJsonFile(flags.text('config'), cwd) : undefined;
  if (kind !== 'notifier') return { kind, operation, request: withConfig(kind, base, config, flags) };
  const event = flags.given('event') ? await readJsonFile(flags.text('event'), cwd) : base['event'];
  const provider = {
    ...fieldsOf(base['provider']),
    type,
    ...textOf(flags, 'address'),
    ...textOf(flags, 'channel'),
    ...textOf(flags, 'username'),
    ...(config && { config }),
  };
  return { kind, operation, request: { ...base, event, provider } };
}

/** Settings of an example are those of another plugin. */
function withConfig(kind: PluginKind, base: Fields, config: Fields | undefined, flags: FlagValues): Fields {
  const own = config ?? (flags.given('request') ? undefined : {});
  if (own === undefined) return base;
  if (kind === 'source') return { ...base, spec: { ...fieldsOf(base['spec']), config: own } };
  return kind === 'builder' || kind === 'policy' ? { ...base, config: own } : base;
}

function textOf(flags: FlagValues, name: string): Fields {
  const value = flags.text(name);
  return value ? { [name]: value } : {};
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
