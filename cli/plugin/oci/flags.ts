import type { Flags } from '../../command/types.ts';

/** How a registry is reached; Flux's names. */
export const ociFlags: Flags = {
  creds: {
    type: 'string',
    about:
      'credentials for the registry in the format <username>[:<password>]; default: those of the Docker configuration',
  },
  'insecure-registry': { type: 'bool', about: 'allows connecting to a registry without TLS' },
  'ca-file': { type: 'string', about: 'path to a PEM file with the authority of the registry' },
};
