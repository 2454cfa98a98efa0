import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commit, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('bitbucketserver');
let bitbucket: OpenNotifier;

test.before(async () => {
  bitbucket = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => bitbucket.close());

const commitStatus = 'kustomization/web/1';
const address = 'https://git.example.com/context/scm/acme/fleet.git';
const secret = { token: 't', username: 'u', password: 'p' };

test('the context path of the server stays in front, and a token outweighs a password', async () => {
  const { requests } = await bitbucket.notify({
    provider: { address },
    commitStatus,
    secret,
    respond: ({ method }) => (method === 'GET' ? { status: 404 } : { status: 204, body: '' }),
  });
  const path = `/context/rest/api/latest/projects/acme/repos/fleet/commits/${commit}/builds`;
  assert.equal(
    requests.map(({ method, url, headers }) => [method, new URL(url).pathname, headers['authorization']]),
    [
      ['GET', path, 'Bearer t'],
      ['POST', path, 'Bearer t'],
    ],
  );
});

test('the same build is not reported again', async () => {
  const ask = (body: unknown) =>
    bitbucket.notify({ provider: { address }, commitStatus, secret, respond: () => ({ body }) });
  const { requests } = await ask({});
  const [, posted] = requests;
  assert.is((await ask(posted?.json())).requests.length, 1);
});

test('an address that is not one to clone from over HTTP is refused', async () => {
  for (const [wrong, why] of [
    [
      'ssh://git@git.example.com/acme/fleet.git',
      'unsupported scheme type in address: ssh. Must be http or https',
    ],
    ['https://git.example.com/acme/fleet.git', 'not http(s) git clone url'],
    ['https://git.example.com/scm/acme', 'invalid repository id "acme"'],
  ] as const) {
    const { message, terminal } = await bitbucket.failure({
      provider: { address: wrong },
      commitStatus,
      secret,
    });
    assert.match(message, why);
    assert.ok(terminal);
  }
  const halves = { provider: { address }, commitStatus, secret: { username: 'u' } };
  assert.match((await bitbucket.failure(halves)).message, 'invalid credentials');
});

test.run();
