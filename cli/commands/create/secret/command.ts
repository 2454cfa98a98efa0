import type { Command } from '../../../command/types.ts';
import { createSecretGit } from './git.ts';
import { createSecretGitHubApp } from './github-app.ts';
import { createSecretHelm } from './helm.ts';
import { createSecretNotation } from './notation.ts';
import { createSecretOci } from './oci.ts';
import { createSecretProxy } from './proxy.ts';
import { createSecretReceiver } from './receiver.ts';
import { createSecretTls } from './tls.ts';

/** `flux create secret` */
export const createSecret: Command = {
  name: 'secret',
  short: 'Create or update Kubernetes secrets',
  long: 'The create secret sub-commands generate Kubernetes secrets specific to Flux.',
  commands: [
    createSecretGit,
    createSecretGitHubApp,
    createSecretHelm,
    createSecretNotation,
    createSecretOci,
    createSecretProxy,
    createSecretReceiver,
    createSecretTls,
  ],
};
