import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commit, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('gitea');
let gitea: OpenNotifier;

test.before(async () => {
  gitea = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => gitea.close());

const context = 'kustomization/web/1';
const delivery = {
  provider: { address: 'ssh://git@git.example.com/acme/fleet.git' },
  commitStatus: context,
  secret: { token: 't' },
};
const known = (statuses: readonly object[]) => ({
  ...delivery,
  respond: ({ url }: { url: string }) => ({
    body: url.endsWith('/version') ? { version: '1.24.0' } : url.includes('?limit') ? statuses : {},
  }),
});
const status = { context, status: 'success', description: 'reconciliation succeeded' };

test('only the latest status of this name tells whether there is something to say', async () => {
  const { requests } = await gitea.notify(known([{ ...status, context: 'other' }, status]));
  assert.is(requests.length, 2, 'the version and the statuses');
  const changed = await gitea.notify(known([{ ...status, status: 'failure' }, status]));
  const { method, url } = changed.requests.at(-1) ?? {};
  assert.equal([method, url], ['POST', `https://git.example.com/api/v1/repos/acme/fleet/statuses/${commit}`]);
});

test('work in progress is shown as such', async () => {
  const { requests } = await gitea.notify({ ...known([]), event: { reason: 'Progressing' } });
  assert.is(JSON.parse(requests.at(-1)?.body ?? '').state, 'pending');
});

test('a server of another kind is noticed before anything is written', async () => {
  const failure = await gitea.failure({ ...delivery, respond: () => ({ status: 404, body: 'not here' }) });
  assert.match(
    failure.message,
    'failed creating Gitea client: request failed with status code 404: not here',
  );
});

test.run();
