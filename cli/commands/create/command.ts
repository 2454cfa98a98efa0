import type { Command } from '../../command/types.ts';
import { createAlert } from './alert.ts';
import { createAlertProvider } from './alert-provider.ts';
import { createHelmRelease } from './helm-release/command.ts';
import { createImage } from './image/command.ts';
import { createKustomization } from './kustomization.ts';
import { createReceiver } from './receiver.ts';
import { createSecret } from './secret/command.ts';
import { createSourceBucket } from './source-bucket.ts';
import { createSourceChart } from './source-chart.ts';
import { createSourceGit } from './source-git.ts';
import { createSourceHelm } from './source-helm.ts';
import { createSourceOci } from './source-oci.ts';
import { createTenant } from './tenant.ts';

/** `flux create` */
export const create: Command = {
  name: 'create',
  short: 'Create or update sources and resources',
  long: 'The create sub-commands generate sources and resources.',
  sharedFlags: {
    interval: { type: 'duration', default: '1m0s', about: 'source sync interval' },
    export: { type: 'bool', about: 'export in YAML format to stdout' },
    label: {
      type: 'list',
      about:
        'set labels on the resource (can specify multiple labels with commas: label1=value1,label2=value2)',
    },
  },
  commands: [
    {
      name: 'source',
      short: 'Create or update sources',
      long: 'The create source sub-commands generate sources.',
      sharedFlags: {
        'fetch-timeout': {
          type: 'duration',
          about:
            "set a timeout for fetch operations performed by source-controller (e.g. 'git clone' or 'helm repo update')",
        },
      },
      commands: [createSourceGit, createSourceHelm, createSourceChart, createSourceOci, createSourceBucket],
    },
    createKustomization,
    createHelmRelease,
    createImage,
    createAlert,
    createAlertProvider,
    createReceiver,
    createSecret,
    createTenant,
  ],
};
