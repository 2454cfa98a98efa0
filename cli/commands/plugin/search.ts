import { atMostOneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { pluginFolder } from '../../plugin/folder.ts';
import { fetchCatalog } from '../../plugin/native/catalog.ts';
import { readReceipt } from '../../plugin/native/receipt.ts';

/** `flux plugin search` */
export const search: Command = {
  name: 'search',
  usage: '[query]',
  short: 'Search the plugin catalog',
  long: 'The plugin search command lists available plugins from the Flux plugin catalog.',
  async run(invocation) {
    const { args, io } = invocation;
    const query = atMostOneArgument(args) ?? '';
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
