import type { Command } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { isReserved } from '../../plugin/commands.ts';
import { pluginFolder } from '../../plugin/folder.ts';
import { discoverNative } from '../../plugin/native/discover.ts';
import { readReceipt } from '../../plugin/native/receipt.ts';
import { root } from '../root.ts';

/** `flux plugin list` */
export const list: Command = {
  name: 'list',
  aliases: ['ls'],
  short: 'List installed plugins',
  long: 'The plugin list command shows all installed plugins with their versions and paths.',
  async run({ io }) {
    const folder = pluginFolder(io.env);
    const native = await discoverNative(io.env, isReserved(root));
    const rows = await Promise.all(
      native.map(async ({ name, file }) => [
        name,
        (await readReceipt(folder, name))?.version ?? 'manual',
        file,
      ]),
    );
    if (rows.length === 0) io.err('No plugins found\n');
    else io.out(tableText(['Name', 'Version', 'Path'], rows));
  },
};
