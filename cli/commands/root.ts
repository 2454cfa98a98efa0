import { globalFlags } from '../cluster/flags.ts';
import type { Command, LazyCommand } from '../command/types.ts';

const commands: readonly LazyCommand[] = [
  {
    name: 'build',
    short: 'Build a flux resource',
    load: async () => (await import('./build/command.ts')).build,
  },
  {
    name: 'check',
    short: 'Check requirements and installation',
    load: async () => (await import('./check/command.ts')).check,
  },
  {
    name: 'completion',
    short: 'Generates completion scripts for various shells',
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'create',
    short: 'Create or update sources and resources',
    load: async () => (await import('./create/command.ts')).create,
  },
  {
    name: 'debug',
    short: 'Debug a flux resource',
    load: async () => (await import('./debug/command.ts')).debug,
  },
  {
    name: 'delete',
    short: 'Delete sources and resources',
    load: async () => (await import('./delete.ts')).remove,
  },
  {
    name: 'diff',
    short: 'Diff a flux resource',
    load: async () => (await import('./diff/command.ts')).diff,
  },
  {
    name: 'envsubst',
    short: 'envsubst substitutes the values of environment variables',
    load: async () => (await import('./envsubst.ts')).envsubst,
  },
  {
    name: 'events',
    short: 'Display Kubernetes events for Flux resources',
    load: async () => (await import('./events/command.ts')).events,
  },
  {
    name: 'explain',
    short: 'Explain why an object is not ready',
    load: async () => (await import('./explain/command.ts')).explain,
  },
  {
    name: 'export',
    short: 'Export resources in YAML format',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'get',
    short: 'Get the resources and their status',
    load: async () => (await import('./get/command.ts')).get,
  },
  {
    name: 'install',
    short: 'Install or upgrade Flux',
    load: async () => (await import('./install/command.ts')).install,
  },
  {
    name: 'list',
    short: 'List artifacts',
    load: async () => (await import('./artifact/groups.ts')).list,
  },
  {
    name: 'logs',
    short: 'Display formatted logs for Flux components',
    load: async () => (await import('./logs/command.ts')).logs,
  },
  {
    name: 'migrate',
    short: 'Migrate the Flux custom resources to their latest API version',
    load: async () => (await import('./migrate/command.ts')).migrate,
  },
  {
    name: 'plugin',
    short: 'Manage Flux CLI plugins',
    load: async () => (await import('./plugin/command.ts')).plugin,
  },
  {
    name: 'pull',
    short: 'Pull artifacts',
    load: async () => (await import('./artifact/groups.ts')).pull,
  },
  {
    name: 'push',
    short: 'Push artifacts',
    load: async () => (await import('./artifact/groups.ts')).push,
  },
  {
    name: 'reconcile',
    short: 'Reconcile sources and resources',
    load: async () => (await import('./reconcile/command.ts')).reconcile,
  },
  {
    name: 'resume',
    short: 'Resume suspended resources',
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'stats',
    short: 'Stats of Flux reconciles',
    load: async () => (await import('./stats.ts')).stats,
  },
  {
    name: 'suspend',
    short: 'Suspend resources',
    load: async () => (await import('./suspend.ts')).suspend,
  },
  {
    name: 'tag',
    short: 'Tag artifacts',
    load: async () => (await import('./artifact/groups.ts')).tag,
  },
  {
    name: 'trace',
    short: 'Trace in-cluster objects throughout the GitOps delivery pipeline',
    load: async () => (await import('./trace/command.ts')).trace,
  },
  {
    name: 'tree',
    short: 'Print the resources reconciled by Flux',
    load: async () => (await import('./tree/command.ts')).tree,
  },
  {
    name: 'trigger',
    short: 'Trigger Flux resources from outside the cluster',
    load: async () => (await import('./trigger/command.ts')).trigger,
  },
  {
    name: 'uninstall',
    short: 'Uninstall Flux and its custom resource definitions',
    load: async () => (await import('./uninstall/command.ts')).uninstall,
  },
  {
    name: 'version',
    short: 'Print the client and server-side components version information.',
    load: async () => (await import('./version/command.ts')).versionCommand,
  },
];

/** `flux` */
export const root: Command = {
  name: 'flux',
  short: 'Command line utility for assembling Kubernetes CD pipelines',
  long: 'Command line utility for assembling Kubernetes CD pipelines the GitOps way.',
  example: `  # Check prerequisites
  flux check --pre

  # Install Flux in the current cluster
  flux install

  # Create a source for a public Git repository
  flux create source git webapp-latest \\
    --url=https://github.com/stefanprodan/podinfo \\
    --branch=master \\
    --interval=3m

  # List GitRepository sources and their status
  flux get sources git

  # Trigger a GitRepository source reconciliation
  flux reconcile source git flux-system

  # Create a Kustomization for deploying a series of microservices
  flux create kustomization webapp-dev \\
    --source=webapp-latest \\
    --path="./deploy/webapp/" \\
    --prune=true \\
    --interval=5m \\
    --health-check="Deployment/backend.webapp" \\
    --health-check-timeout=2m

  # Trigger a git sync of the Kustomization's source and apply changes
  flux reconcile kustomization webapp-dev --with-source

  # Suspend and resume the reconciliation of a Kustomization
  flux suspend kustomization webapp-dev
  flux resume kustomization webapp-dev

  # Export Kustomizations in YAML format
  flux export kustomization --all > kustomizations.yaml

  # Uninstall Flux and delete CRDs
  flux uninstall`,
  flags: { version: { type: 'bool', short: 'v', about: 'version for flux' } },
  sharedFlags: globalFlags,
  commands,
};
