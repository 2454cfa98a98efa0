import { parseRepository } from '@flux-host/host/oci/reference.ts';
import { compareVersions, parseVersion } from '@flux-host/host/semver/version.ts';
import { atMostOneArgument } from '../../command/arguments.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { pluginFolder } from '../../plugin/folder.ts';
import { fetchCatalog } from '../../plugin/native/catalog.ts';
import { readReceipt } from '../../plugin/native/receipt.ts';
import { withRegistry } from '../../plugin/oci/client.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { isOci } from '../../plugin/wasm/reference.ts';

/** Prints the versions of a plugin in a registry, the highest first. */
async function searchRegistry(address: string, invocation: Invocation): Promise<void> {
  const { io, signal } = invocation;
  const repository = parseRepository(address);
  const tags = await withRegistry(repository, invocation, (client) => client.tags(repository, { signal }));
  const versions = tags
    .flatMap((tag) => {
      const version = parseVersion(tag);
      return version ? [{ tag, version }] : [];
    })
    .sort((a, b) => compareVersions(b.version, a.version));
  if (versions.length === 0) io.err(`No versions found in ${address}\n`);
  else
    io.out(
      tableText(
        ['Version', 'Address'],
        versions.map(({ tag }) => [tag, `${address}:${tag}`]),
      ),
    );
}

/** `flux plugin search` */
export const search: Command = {
  name: 'search',
  usage: '[query | oci://<repository>]',
  short: 'Search the plugin catalog',
  long: `The plugin search command lists available plugins from the Flux plugin catalog.

Of a Wasm plugin in a registry it lists the versions.`,
  example: `  # Search for a program
  flux plugin search operator

  # List the versions of a Wasm plugin
  flux plugin search oci://registry.example.com/my-notifier`,
  flags: ociFlags,
  async run(invocation) {
    const { args, io } = invocation;
    const query = atMostOneArgument(args) ?? '';
    if (isOci(query)) return searchRegistry(query, invocation);
    const { plugins = [] } = await fetchCatalog(invocation);
    const wanted = query.toLowerCase();
    const folder = pluginFolder(io.env);
    const rows = await Promise.all(
      plugins
        .filter(({ name, description = '' }) => `${name}\n${description}`.toLowerCase().includes(wanted))
        .map(async ({ name, description = '' }) => [
          name,
          description,
          (await readReceipt(folder, name))?.version ?? '',
        ]),
    );
    if (rows.length > 0) io.out(tableText(['Name', 'Description', 'Installed'], rows));
    else if (query) io.err(`No plugins matching ${JSON.stringify(query)} found in catalog\n`);
    else io.err('No plugins found in catalog\n');
  },
};
