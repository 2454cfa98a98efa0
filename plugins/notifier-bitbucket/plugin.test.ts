import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commit, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('bitbucket');
let bitbucket: OpenNotifier;

test.before(async () => {
  bitbucket = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => bitbucket.close());

const commitStatus = 'kustomization/web/1';
const key = createHash('sha1').update(commitStatus).digest('hex');
const delivery = {
  provider: { address: 'ssh://git@bitbucket.org/acme/fleet.git' },
  commitStatus,
  secret: { token: 'ada:app-password' },
};
const builds = `https://api.bitbucket.org/2.0/repositories/acme/fleet/commit/${commit}/statuses/build`;

test('a status is set when there is none', async () => {
  const { requests } = await bitbucket.notify({
    ...delivery,
    respond: ({ method }) => (method === 'GET' ? { status: 404 } : {}),
  });
  assert.equal(
    requests.map(({ method, url }) => `${method} ${url}`),
    [`GET ${builds}/${key}`, `POST ${builds}`],
  );
  assert.is(
    requests[0]?.headers['authorization'],
    `Basic ${Buffer.from('ada:app-password').toString('base64')}`,
  );
  assert.equal(requests[1]?.json(), {
    key,
    state: 'SUCCESSFUL',
    name: 'kustomization/web',
    description: 'reconciliation succeeded',
    url: 'https://bitbucket.org',
  });
});

test('the same status is not set again', async () => {
  const body = { state: 'SUCCESSFUL', description: 'reconciliation succeeded' };
  assert.is((await bitbucket.notify({ ...delivery, respond: () => ({ body }) })).requests.length, 1);
  const other = { ...body, state: 'FAILED' };
  assert.is((await bitbucket.notify({ ...delivery, respond: () => ({ body: other }) })).requests.length, 2);
});

test('a server that does not answer well is no reason to set a status blindly', async () => {
  const { requests, failure } = await bitbucket.notify({ ...delivery, respond: () => ({ status: 503 }) });
  assert.is(requests.length, 1);
  assert.match(failure?.message ?? '', 'could not get commit status: request failed with status code 503');
  assert.not.ok(failure?.terminal);
});

test.run();
