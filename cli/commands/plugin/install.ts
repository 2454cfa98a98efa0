import { oneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { isReserved } from '../../plugin/commands.ts';
import { consentFlags } from '../../plugin/install/terms.ts';
import { installFromCatalog } from '../../plugin/native/manage.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { isWasmReference } from '../../plugin/wasm/reference.ts';
import { root } from '../root.ts';

/** `flux plugin install` */
export const install: Command = {
  name: 'install',
  usage: '<name>[@<version>|@<digest>] | oci://<repository>:<tag> | <file.wasm>',
  takesFiles: true,
  short: 'Install a plugin from the catalog',
  long: `The plugin install command downloads and installs a plugin from the Flux plugin catalog.

An address (oci://…) or a .wasm file means a Wasm plugin. What it requests is shown; when you agree, a Plugin object is created that grants exactly
this, pinned to the digest that was shown. A Wasm plugin that provides a command is put into the plugin folder, and is then run
by "flux <command>" in a sandbox.`,
  example: `  # Install the latest version
  flux plugin install operator

  # Install a specific version
  flux plugin install operator@0.45.0

  # Install pinned to a specific digest
  flux plugin install operator@sha256:06e0a38db4fa6bc9f705a577c7e58dc020bfe2618e45488599e5ef7bb62e3a8a

  # Install a Wasm plugin into the cluster, if the author's key has signed it
  flux plugin install oci://registry.example.com/my-notifier:1.0.0 --verify-key author.pub

  # Write the Plugin object for Git instead
  flux plugin install oci://registry.example.com/my-notifier:1.0.0 --export > my-notifier.yaml`,
  flags: {
    ...consentFlags,
    'verify-key': {
      type: 'string',
      about: 'path to the public key that has to have signed the Wasm plugin, now and later',
    },
    'secret-ref': {
      type: 'string',
      about: 'the name of an existing secret with the login of the registry, for the host',
    },
    pin: {
      type: 'bool',
      default: 'true',
      about: 'pin the Wasm plugin to the digest that was shown; without it the host follows the tag',
    },
    export: { type: 'bool', about: 'export the Plugin object in YAML format to stdout' },
    ...ociFlags,
  },
  async run(invocation) {
    const what = oneArgument(invocation.args);
    if (!isWasmReference(what)) return installFromCatalog(what, invocation);
    const { installWasm } = await import('../../plugin/install/install.ts');
    await installWasm(what, isReserved(root), invocation);
  },
};
