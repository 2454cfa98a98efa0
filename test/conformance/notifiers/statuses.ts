import { isDuplicate as isAzureDuplicate } from '@flux-host/plugins/notifier-azuredevops/duplicate.ts';
import { isDuplicate as isGiteaDuplicate } from '@flux-host/plugins/notifier-gitea/duplicate.ts';
import { isDuplicate as isGitHubDuplicate } from '@flux-host/plugins/notifier-github/duplicate.ts';
import { isDuplicate as isGitLabDuplicate } from '@flux-host/plugins/notifier-gitlab/duplicate.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { fail, type Outcome, pass } from '../asset.ts';
import { compare } from '../diff.ts';
import { type Config, commitStatus, type Notifiers } from './deliver.ts';
import { vectorRequest } from './recorded.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A status of a vector and those that the service has; which fields there are depends on the service. */
export interface DuplicateInput<Status> {
  readonly s: Status;
  readonly ss?: readonly Fields[] | null;
}

export const duplicateChecks = {
  TestDuplicateAzureDevOpsStatus: duplicateCheck(isAzureDuplicate),
  TestDuplicateGithubStatus: duplicateCheck(isGitHubDuplicate),
  TestDuplicateGitlabStatus: duplicateCheck(isGitLabDuplicate),
  TestDuplicateGiteaStatus: duplicateCheck(isGiteaDuplicate),
};

function duplicateCheck<Status>(isDuplicate: (known: readonly Fields[], status: Status) => boolean) {
  return ({ s, ss }: DuplicateInput<Status>, { dup }: { dup: boolean }): Outcome =>
    compare(dup, isDuplicate(ss ?? [], s));
}

export interface AzureExpected {
  readonly want: {
    readonly CommitId: string;
    readonly Project: string;
    readonly RepositoryId: string;
    readonly GitCommitStatusToCreate: unknown;
  };
}

export async function checkAzureDevOps(
  notifiers: Notifiers,
  { event }: { event: FluxEvent },
  { want }: AzureExpected,
): Promise<Outcome> {
  const { requests, failure } = await notifiers.deliver({
    type: 'azuredevops',
    config: { address: 'https://dev.azure.com/foo/bar/_git/baz', token: 'pat', commitStatus },
    event,
    respond: () => ({ body: { count: 0, value: [] } }),
  });
  if (failure) return fail(failure.message);
  const { CommitId, Project, RepositoryId } = want;
  const path = `/foo/${Project}/_apis/git/repositories/${RepositoryId}/commits/${CommitId}/statuses`;
  const made = requests.map(vectorRequest).map(({ method, path, body }) => ({ method, path, body }));
  return compare(
    [
      { method: 'GET', path, body: '' },
      { method: 'POST', path, body: want.GitCommitStatusToCreate },
    ],
    made,
  );
}

export interface BitbucketServerInput extends Config {
  readonly event: FluxEvent;
  readonly commitStatus: string;
  readonly key: string;
  readonly uriHash: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly testFailReason: string;
}

/** Which statuses the server of upstream's test gives for which reason. */
const refusals: Readonly<Record<string, { readonly GET?: number; readonly POST?: number }>> = {
  badstatuscode: { GET: 400 },
  badpost: { POST: 401 },
};

export async function checkBitbucketServer(
  notifiers: Notifiers,
  input: BitbucketServerInput,
  { errorString }: { errorString: string },
): Promise<Outcome> {
  const { event, headers, key, uriHash, testFailReason, token = '', username = '', password = '' } = input;
  const refused = refusals[testFailReason] ?? {};
  if (testFailReason === 'badjson') return checkBadJson(notifiers, input, errorString);
  const { requests, failure } = await notifiers.deliver({
    type: 'bitbucketserver',
    config: { address, token, username, password, commitStatus: input.commitStatus },
    event,
    respond: ({ method }) => {
      if (method === 'GET') return refused.GET ? { status: refused.GET } : { status: 404 };
      return refused.POST ? { status: refused.POST } : {};
    },
  });
  const problem = errorProblem(failure?.message, errorString);
  if (problem) return fail(problem);
  const builds = `/rest/api/latest/projects/projectfoo/repos/repobar/commits/${uriHash}/builds`;
  for (const request of requests.map(vectorRequest)) {
    const wanted = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const sent = Object.fromEntries(Object.keys(wanted).map((name) => [name, request.headers[name]]));
    const query = request.method === 'GET' ? `key=${key}` : '';
    const outcome = compare(
      { path: builds, query, headers: wanted },
      { path: request.path, query: request.query, headers: sent },
    );
    if (outcome.result !== 'pass') return outcome;
  }
  return requests.length > 0 ? pass : fail('it asked for nothing');
}

const address = 'https://server.example.com:7990/scm/projectfoo/repobar.git';

async function checkBadJson(
  notifiers: Notifiers,
  { event, token = '', username = '', password = '', commitStatus: status }: BitbucketServerInput,
  errorString: string,
): Promise<Outcome> {
  const { failure } = await notifiers.deliver({
    type: 'bitbucketserver',
    config: { address, token, username, password, commitStatus: status },
    event,
    respond: () => ({ body: '{"not": json' }),
  });
  // The last part is what Go's decoder says.
  const problem = errorProblem(failure?.message, errorString.replace(/: [^:]*$/, ''));
  return problem ? fail(problem) : pass;
}

function errorProblem(message: string | undefined, wanted: string): string | undefined {
  if (wanted === '') return message === undefined ? undefined : `it failed: ${message}`;
  return message?.includes(wanted) ? undefined : `expected the error "${wanted}", got "${message ?? 'none'}"`;
}
