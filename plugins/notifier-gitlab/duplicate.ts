import type { Fields } from '../notifier-common/json.ts';

/** A status as GitLab tells it. */
export interface Status {
  readonly sha: string;
  readonly status: string;
  readonly name: string;
  readonly description: string;
}

/** Whether the commit has the same status already. GitLab keeps one of each name. */
export function isDuplicate(known: readonly Fields[], status: Status): boolean {
  return known.some((each) =>
    Object.entries(status).every(([field, value]) => (each[field] ?? '') === value),
  );
}
