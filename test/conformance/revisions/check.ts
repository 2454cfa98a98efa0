import type { Outcome } from '../asset.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Checks one case of a table. */
export type Check = (input: Fields, expected: Fields) => Outcome | Promise<Outcome>;
