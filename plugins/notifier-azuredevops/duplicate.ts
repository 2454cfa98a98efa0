import { at, type Fields } from '../notifier-common/json.ts';

/** A status of a commit. */
export interface Status {
  readonly context: { readonly genre: string; readonly name: string };
  readonly state: string;
  readonly description: string;
}

/**
 * Whether the latest status of this name and genre says the same already.
 * @param known statuses of the commit, the latest first
 */
export function isDuplicate(known: readonly Fields[], { context, state, description }: Status): boolean {
  const latest = known.find(
    (each) =>
      at(each, 'context', 'name') === context.name &&
      at(each, 'context', 'genre') === context.genre &&
      typeof each['state'] === 'string' &&
      typeof each['description'] === 'string',
  );
  return latest?.['state'] === state && latest['description'] === description;
}
