import { oneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { installFromCatalog } from '../../plugin/native/manage.ts';

/** `flux plugin install` */
export const install: Command = {
  name: 'install',
  usage: '<name>[@<version>|@<digest>]',
  short: 'Install a plugin from the catalog',
  long: 'The plugin install command downloads and installs a plugin from the Flux plugin catalog.',
  example: `  # Install the latest version
  flux plugin install operator

  # Install a specific version
  flux plugin install operator@0.45.0

  # Install pinned to a specific digest
  flux plugin install operator@sha256:06e0a38db4fa6bc9f705a577c7e58dc020bfe2618e45488599e5ef7bb62e3a8a`,
  async run(invocation) {
    await installFromCatalog(oneArgument(invocation.args), invocation);
  },
};
