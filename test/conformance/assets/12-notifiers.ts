import { join } from 'node:path';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail } from '../asset.ts';
import * as constructors from '../notifiers/constructors.ts';
import { type Notifiers, openNotifiers } from '../notifiers/deliver.ts';
import { checkNatsPost } from '../notifiers/nats.ts';
import * as payloads from '../notifiers/payloads.ts';
import { checkRequests } from '../notifiers/requests.ts';
import { checkAzureDevOps, checkBitbucketServer, duplicateChecks } from '../notifiers/statuses.ts';
import { type Table, tables } from '../table.ts';

const pluginsDir = join(import.meta.dirname, '..', '..', '..', '.build', 'plugins');

type Check = (input: never, expected: never) => Outcome | Promise<Outcome>;

export const runner: AssetRunner = {
  async *cases(dir) {
    const notifiers = openNotifiers(pluginsDir);
    try {
      for (const table of tables<never, never>(dir)) {
        const check = checkOf(notifiers, table);
        for (const [index, { name, input, expected }] of table.cases.entries()) {
          yield { name: `${table.file}: ${index + 1} ${name}`, run: () => check(input, expected) };
        }
      }
    } finally {
      await notifiers.close();
    }
  },
  notes: [
    'what upstream makes of metadata in random order is compared in sorted order',
    'the event of forwarder-post was not recorded: signatures are checked against the body that was sent',
  ],
};

function checkOf(notifiers: Notifiers, table: Table<never, never>): Check {
  const checks: Readonly<Record<string, Check>> = {
    ...duplicateChecks,
    Post: (input, expected) => checkRequests(notifiers, input, expected),
    TestAzureDevOps_Post: (input, expected) => checkAzureDevOps(notifiers, input, expected),
    TestBitBucketServerPostValidateRequest: (input, expected) =>
      checkBitbucketServer(notifiers, input, expected),
    TestForwarder_New: (input, expected) => constructors.checkForwarder(notifiers, input, expected),
    TestForwarder_Post: (input, expected) => payloads.checkForwarderPost(notifiers, input, expected),
    TestGooglePubSubPost: (input, expected) => payloads.checkPubSubPost(notifiers, input, expected),
    TestMSTeams_Post: (input) => payloads.checkTeamsPost(notifiers, input),
    TestNATSPost: (input, expected) => checkNatsPost(notifiers, input, expected),
    TestNewAzureEventHub: (input, expected) => constructors.checkEventHub(notifiers, input, expected),
    ...githubChecks(notifiers),
    TestNewGooglePubSub: (input, expected) => constructors.checkPubSub(notifiers, input, expected),
    TestNewMSTeams: (input, expected) => payloads.checkTeams(notifiers, input, expected),
    TestNewNATS: (input, expected) => constructors.checkNats(notifiers, input, expected),
    TestSha1Sum: (input, expected) => payloads.checkTransaction(notifiers, input, expected),
    TestToPagerDutySeverity: payloads.checkSeverity,
    TestToPagerDutyV2Event: ({ e }: { e: never }, expected) =>
      payloads.checkPagerDuty(notifiers, { event: e, index: 0 }, expected),
    TestToPagerDutyChangeEvent: ({ e }: { e: never }, expected) =>
      payloads.checkPagerDuty(notifiers, { event: e, index: 1 }, expected),
    TestZulip_Post: (input, expected) => payloads.checkZulip(notifiers, input, expected),
  };
  return checks[table.function] ?? (() => fail(`nothing reads ${table.file}.json`));
}

function githubChecks(notifiers: Notifiers): Readonly<Record<string, Check>> {
  const check =
    (type: string): Check =>
    (input, expected) =>
      constructors.checkGitHub(notifiers, { type, input }, expected);
  return {
    TestNewGithubProvider: check('github'),
    TestNewGithubDispatchProvider: check('githubdispatch'),
    TestNewGitHubPullRequestCommentProvider: check('githubpullrequestcomment'),
  };
}
