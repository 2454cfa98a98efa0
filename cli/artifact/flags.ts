import type { Flags, FlagValues } from '../command/types.ts';
import { ociFlags } from '../plugin/oci/flags.ts';
import { ignoredByDefault } from './types.ts';

const providers = ['generic', 'aws', 'azure', 'gcp'];

/** How the registry of an artifact is reached. */
export const registryFlags: Flags = {
  ...ociFlags,
  creds: {
    type: 'string',
    about: 'credentials for OCI registry in the format <username>[:<password>] if --provider is generic',
  },
  provider: {
    type: 'string',
    typeName: providers.join('|'),
    default: 'generic',
    about: 'the OCI provider name, available options are: (generic, aws, azure, gcp)',
    choices: providers,
    check: (value) =>
      providers.includes(value)
        ? undefined
        : `source OCI provider '${value}' is not supported, must be one of: ${providers.join(', ')}`,
  },
};

/** What goes into an artifact. */
export const contentFlags: Flags = {
  'ignore-paths': {
    type: 'list',
    default: ignoredByDefault.join(','),
    about: 'set paths to ignore in .gitignore format',
  },
  'add-ignore-paths': {
    type: 'list',
    about: 'additional paths to ignore in .gitignore format (appended to --ignore-paths)',
  },
};

export const resolveFlag: Flags = {
  'resolve-symlinks': {
    type: 'bool',
    about: 'resolve symlinks by copying their targets into the artifact',
  },
};

export const ignoredPaths = (flags: FlagValues): string[] => [
  ...flags.list('ignore-paths'),
  ...flags.list('add-ignore-paths'),
];
