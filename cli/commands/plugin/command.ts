import type { Command, LazyCommand } from '../../command/types.ts';

const commands: readonly LazyCommand[] = [
  {
    name: 'init',
    short: 'Start a Wasm plugin',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'build',
    short: 'Build a Wasm plugin',
    load: async () => (await import('./build.ts')).build,
  },
  {
    name: 'test',
    short: 'Test a Wasm plugin',
    load: async () => (await import('./test.ts')).test,
  },
  {
    name: 'run',
    short: 'Call a Wasm plugin once',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'bench',
    short: 'Measure a Wasm plugin',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    name: 'inspect',
    short: 'Show what a Wasm plugin is and asks for',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'verify',
    short: 'Check a Wasm plugin and its signature',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'push',
    short: 'Publish a Wasm plugin',
    load: async () => (await import('./push.ts')).push,
  },
  {
    name: 'pull',
    short: 'Download a Wasm plugin',
    load: async () => (await import('./pull.ts')).pull,
  },
  {
    name: 'mirror',
    short: 'Copy a Wasm plugin with its signatures',
    load: async () => (await import('./mirror.ts')).mirror,
  },
  {
    name: 'install',
    short: 'Install a plugin from the catalog, a registry or a file',
    load: async () => (await import('./install.ts')).install,
  },
  {
    name: 'list',
    aliases: ['ls'],
    short: 'List installed plugins',
    load: async () => (await import('./list.ts')).list,
  },
  {
    name: 'search',
    short: 'Search the plugin catalog',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'uninstall',
    aliases: ['delete'],
    short: 'Uninstall a plugin',
    load: async () => (await import('./uninstall.ts')).uninstall,
  },
  {
    name: 'update',
    aliases: ['upgrade'],
    short: 'Update installed plugins',
    load: async () => (await import('./update.ts')).update,
  },
];

/** `flux plugin` */
export const plugin: Command = {
  name: 'plugin',
  short: 'Manage Flux CLI plugins',
  long: `The plugin sub-commands manage Flux CLI plugins.

A bare name means a program of the Flux plugin catalog. An address (oci://…) or a .wasm file means a Wasm plugin: it runs in a sandbox, in the
host or on this machine.`,
  commands,
};
