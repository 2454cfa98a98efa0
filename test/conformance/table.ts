import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One case of a table file. */
export interface TableCase<Input, Expected> {
  readonly name: string;
  readonly input: Input;
  readonly expected: Expected;
}

/** A vector file of the form `{origin, function, about, cases}`. */
export interface Table<Input, Expected> {
  /** File name without `.json`. */
  readonly file: string;
  readonly function: string;
  readonly cases: readonly TableCase<Input, Expected>[];
}

/** The table files of a folder, in the order of their names. */
export function* tables<Input, Expected>(dir: string): Generator<Table<Input, Expected>> {
  for (const name of readdirSync(dir).toSorted()) {
    if (!name.endsWith('.json')) continue;
    const table: Omit<Table<Input, Expected>, 'file'> = JSON.parse(readFileSync(join(dir, name), 'utf8'));
    yield { ...table, file: basename(name, '.json') };
  }
}
