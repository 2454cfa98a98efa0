import type { Flags } from '../../command/types.ts';

/** Flags that `build kustomization` and `diff kustomization` have in common. */
export const buildFlags: Flags = {
  'ignore-paths': { type: 'list', about: 'set paths to ignore in .gitignore format' },
  'kustomization-file': { type: 'string', about: 'Path to the Flux Kustomization YAML file.' },
  'local-sources': {
    type: 'list',
    typeName: 'stringToString',
    about: 'Comma-separated list of repositories in format: Kind/namespace/name=path',
  },
  'strict-substitute': {
    type: 'bool',
    about:
      'When enabled, the post build substitutions will fail if a var without a default value is declared in files but is missing from the input vars.',
  },
  'in-memory-build': {
    type: 'bool',
    about:
      'Use in-memory filesystem during build. Always so in this version: the folder is never written to.',
  },
};
