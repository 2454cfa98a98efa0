import { type Fields, textAt } from '../notifier-common/json.ts';

/** A status of a commit. */
export interface Status {
  readonly context: string;
  readonly state: string;
  readonly description: string;
}

/**
 * Whether the latest status of this context says the same already. Gitea calls the state `status` in its answers.
 * @param known statuses of the commit, the latest first
 */
export function isDuplicate(known: readonly Fields[], { context, state, description }: Status): boolean {
  const latest = known
    .map((each) => ({
      context: textAt(each, 'context'),
      state: textAt(each, 'status'),
      description: textAt(each, 'description'),
    }))
    .find((each) => each.context === context && each.state !== '' && each.description !== '');
  return latest?.state === state && latest.description === description;
}
