import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { migrateCluster } from './cluster.ts';
import { migrateManifests } from './manifests.ts';

/** `flux migrate` */
export const migrate: Command = {
  name: 'migrate',
  short: 'Migrate the Flux custom resources to their latest API version',
  long: `The migrate command must be run before a Flux minor version upgrade.

The command has two modes of operation:

- Cluster mode (default): migrates all the Flux custom resources stored in Kubernetes etcd to their latest API version.
- File system mode (-f): migrates the Flux custom resources defined in the manifests located in the specified path.`,
  example: `  # Migrate all the Flux custom resources in the cluster.
  # This uses the current kubeconfig context and requires cluster-admin permissions.
  flux migrate

  # Migrate all the Flux custom resources in a Git repository
  # checked out in the current working directory.
  flux migrate -f .

  # Migrate all Flux custom resources defined in YAML and Helm YAML template files.
  flux migrate -f . --extensions=.yml,.yaml,.tpl

  # Migrate the Flux custom resources to the latest API versions of Flux 2.6.
  flux migrate -f . --version=2.6

  # Migrate the Flux custom resources defined in a multi-document YAML manifest file.
  flux migrate -f path/to/manifest.yaml

  # Simulate the migration without making any changes.
  flux migrate -f . --dry-run

  # Run the migration skipping confirmation prompts.
  flux migrate -f . --yes`,
  noArguments: true,
  flags: {
    path: {
      type: 'string',
      short: 'f',
      about: 'the path to the directory containing the manifests to migrate',
    },
    extensions: {
      type: 'list',
      short: 'e',
      default: '.yaml,.yml',
      about: 'the file extensions to consider when migrating manifests, only applicable with --path',
    },
    version: {
      type: 'string',
      short: 'v',
      about:
        'the target Flux minor version to migrate manifests to, only applicable with --path (defaults to the version of the CLI)',
    },
    yes: {
      type: 'bool',
      short: 'y',
      about: 'skip confirmation prompts when migrating manifests, only applicable with --path',
    },
    'dry-run': {
      type: 'bool',
      about: 'simulate the migration of manifests without making any changes, only applicable with --path',
    },
  },
  async run(invocation) {
    const { flags } = invocation;
    if (flags.text('path')) return migrateManifests(invocation);
    // Flux passes over it and changes the cluster.
    if (flags.is('dry-run')) throw usageError('--dry-run is only applicable with --path');
    return migrateCluster(invocation);
  },
};
