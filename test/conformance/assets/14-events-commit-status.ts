import { createHash } from 'node:crypto';
import { type Event, eventJson } from '@flux-host/plugins/notifier-common/event-json.ts';
import { parseGitAddress } from '@flux-host/plugins/notifier-common/git-address.ts';
import { commitOf } from '@flux-host/plugins/notifier-common/revision.ts';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail } from '../asset.ts';
import { compare } from '../diff.ts';
import { checkCleanup, checkKeys, checkMetadata } from '../notifications/events.ts';
import { checkDispatch, checkFilter, checkMatch } from '../notifications/routing.ts';
import { checkCommitStatus, checkExpression } from '../notifications/statuses.ts';
import { type Table, tables } from '../table.ts';

type Check = (input: never, expected: never) => Outcome | Promise<Outcome>;

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<never, never>(dir)) {
      const check = checkOf(table);
      for (const { name, input, expected } of table.cases) {
        yield { name: `${table.file}: ${name}`, run: () => check(input, expected) };
      }
    }
  },
};

function checkOf(table: Table<never, never>): Check {
  switch (table.function) {
    case 'TestCleanupMetadata':
      return checkCleanup;
    case 'TestCombineEventMetadata':
      return checkMetadata;
    case 'TestEventKeyFunc':
      return checkKeys();
    case 'TestEventMatchesAlert':
      return checkMatch;
    case 'TestFilterAlertsForEvent':
      return checkFilter;
    case 'TestDispatchNotification':
      return checkDispatch;
    case 'TestCreateCommitStatus':
      return checkCommitStatus;
    case 'Test_newCommitStatus':
      return checkExpression;
    case 'parseGitAddress':
      return ({ address }: { address: string }, expected: object) =>
        compare(expected, parseGitAddress(address));
    case 'TestSha1Sum':
      return ({ event }: { event: Event }, { sha1 }: { sha1: string }) =>
        compare(sha1, createHash('sha1').update(eventJson(event)).digest('hex'));
    case 'TestUtil_ParseRevision':
      return checkRevision;
    default:
      return () => fail(`nothing reads ${table.file}.json`);
  }
}

function checkRevision(
  { revision = '' }: { revision?: string },
  { expect = '', wantErr = '' }: { expect?: string; wantErr?: string },
): Outcome {
  const { value, error } = attempt(() => commitOf(revision));
  if (wantErr) return compare(true, error?.includes(wantErr) ?? false);
  return error === undefined ? compare(expect, value) : fail(error);
}

function attempt<T>(work: () => T): { value?: T; error?: string } {
  try {
    return { value: work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
