import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commit, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('gitlab');
let gitlab: OpenNotifier;

test.before(async () => {
  gitlab = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => gitlab.close());

const commitStatus = 'kustomization/web/1';
const pathsOf = (requests: readonly { url: string }[]) => requests.map(({ url }) => new URL(url).pathname);

test('a project is named by its path or by its number', async () => {
  for (const [address, project] of [
    ['https://gitlab.example.com/group/sub/app.v2.git', 'group%2Fsub%2Fapp%2Ev2'],
    ['ssh://git@gitlab.example.com/group/app', 'group%2Fapp'],
    ['git@gitlab.example.com:group/app.git', 'group%2Fapp'],
    ['https://gitlab.example.com/4711', '4711'],
  ] as const) {
    const { requests, failure } = await gitlab.notify({
      provider: { address },
      commitStatus,
      secret: { token: 't' },
      respond: ({ method }) => ({ body: method === 'GET' ? [] : {} }),
    });
    assert.is(failure, undefined);
    assert.equal(pathsOf(requests), [
      `/api/v4/projects/${project}/repository/commits/${commit}/statuses`,
      `/api/v4/projects/${project}/statuses/${commit}`,
    ]);
    assert.is(requests[1]?.headers['private-token'], 't');
  }
});

test('a status that is there already is not set again', async () => {
  const known = {
    sha: commit,
    status: 'success',
    name: commitStatus,
    description: 'reconciliation succeeded',
  };
  const ask = (status: object) =>
    gitlab.notify({
      provider: { address: 'https://gitlab.example.com/group/app' },
      commitStatus,
      secret: { password: 'p' },
      respond: () => ({ body: [status] }),
    });
  const same = await ask(known);
  assert.is(same.requests.length, 1);
  assert.is(same.requests[0]?.headers['private-token'], 'p', 'a password is taken for a token');
  assert.is((await ask({ ...known, status: 'running' })).requests.length, 2);
});

test('without a token nothing is asked', async () => {
  const { requests, failure } = await gitlab.notify({
    provider: { address: 'https://gitlab.example.com/a/b' },
    commitStatus,
  });
  assert.equal(requests, []);
  assert.match(failure?.message ?? '', 'gitlab token cannot be empty');
});

test.run();
