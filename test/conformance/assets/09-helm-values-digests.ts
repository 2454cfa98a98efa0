import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import { openHelmPlugin } from '../../helm/plugin.ts';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail } from '../asset.ts';
import { checkRelease, type RecordedRelease } from '../helm/releases.ts';
import { checks } from '../helm/tables.ts';
import { type Table, tables } from '../table.ts';

/** Values, digests and records of releases: what the host and its chart plugin make of the same input. */
export const runner: AssetRunner = {
  async *cases(dir) {
    const plugin = await openHelmPlugin();
    try {
      for (const table of tables<never, never>(dir)) {
        for (const { name, input, expected } of table.cases) {
          yield { name: `${table.file}: ${name}`, run: () => checkOf(table, plugin)(input, expected) };
        }
      }
      const releases = join(dir, 'releases');
      for (const file of readdirSync(releases).filter((name) => name.endsWith('.case.json'))) {
        const recorded: RecordedRelease = JSON.parse(readFileSync(join(releases, file), 'utf8'));
        yield {
          name: `releases: ${recorded.name}`,
          run: () =>
            checkRelease(plugin, recorded, readFileSync(join(releases, recorded.releaseStorageFile), 'utf8')),
        };
      }
    } finally {
      await plugin.close();
    }
  },
};

function checkOf(
  table: Table<never, never>,
  plugin: OpenPlugin,
): (input: never, expected: never) => Promise<Outcome> {
  const check = checks[table.function];
  if (!check) return async () => fail(`nothing reads ${table.file}.json`);
  return async (input, expected) => check(plugin, input, expected);
}
