import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandCase } from './command.ts';

/** The cases of the files in a folder, in the order of their names. */
export function* commandFiles(dir: string): Generator<{ file: string; cases: readonly CommandCase[] }> {
  for (const name of readdirSync(dir).toSorted()) {
    if (!name.endsWith('.json')) continue;
    const { cases }: { cases: readonly CommandCase[] } = JSON.parse(readFileSync(join(dir, name), 'utf8'));
    yield { file: basename(name, '.json'), cases };
  }
}
