import { join } from 'node:path';
import type { AssetRunner } from '../asset.ts';
import { tables } from '../table.ts';
import { fixtures } from './git-signature/fixtures.ts';
import { checkTable, type Expected, type Input } from './git-signature/tables.ts';
import { openVerifier } from './git-signature/verifier.ts';

export const runner: AssetRunner = {
  async *cases(dir) {
    const verifier = await openVerifier();
    try {
      yield* fixtures(join(dir, 'fixtures'), verifier);
      const context = { files: join(dir, 'files'), verifier };
      for (const table of tables<Input, Expected>(dir)) {
        for (const each of table.cases) {
          yield { name: `${table.file}: ${each.name}`, run: () => checkTable(table.function, each, context) };
        }
      }
    } finally {
      await verifier.close();
    }
  },
};
