import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitServerAuth, startGitServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin: credentials over HTTP');
const { start, stop } = running();
let git: GitPlugin;

test.before(async () => {
  git = await start(loadGitPlugin());
});

test.after(stop);

const login = { username: 'flux', password: 's3cret' };
const spec = (url: string, more: object = {}) => ({ spec: { url, ref: { branch: 'main' }, ...more } });
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const credentials = (url: string, authorization: string) => ({
  credentials: [{ to: [new URL(url).origin], headers: { authorization } }],
});

async function guarded(auth: GitServerAuth) {
  const server = await start(startGitServer({ auth }));
  const { url } = await server.createRepository('fleet', { a: '1' });
  return { server, url };
}

test('user and password are added by the host', async () => {
  const { server, url } = await guarded(login);
  await git.get(spec(url), credentials(url, basic('flux', 's3cret')));
  assert.ok(server.requests.length > 0);
  for (const { headers } of server.requests) assert.is(headers.authorization, basic('flux', 's3cret'));
});

test('a bearer token is added by the host', async () => {
  const { url } = await guarded({ bearer: 't0ken' });
  await git.get(spec(url), credentials(url, 'Bearer t0ken'));
  await fails(
    git.resolve(spec(url, { secretRef: { name: 'creds' } }), credentials(url, 'Bearer expired')),
    'GitOperationFailed',
    'authentication failed',
  );
});

test('a wrong password is named as that, tried once, and not repeated in the message', async () => {
  const { server, url } = await guarded(login);
  const error = await fails(
    git.resolve(spec(url, { secretRef: { name: 'creds' } }), credentials(url, basic('flux', 'hunter2'))),
    'GitOperationFailed',
    'authentication failed',
    'Secret creds',
  );
  assert.is(server.requests.length, 1);
  assert.not.match(error.text, 'hunter2');
  assert.not.match(error.text, Buffer.from('flux:hunter2').toString('base64'));
});

test('without a Secret the failure asks for one', async () => {
  const { url } = await guarded(login);
  await fails(git.resolve(spec(url)), 'GitOperationFailed', 'authentication required', 'spec.secretRef');
});

test('submodules on the same server get the credentials, and those elsewhere do not', async () => {
  const { server, url } = await guarded(login);
  const elsewhere = await start(startGitServer({ auth: login }));
  const open = await start(startGitServer());
  const lib = await server.createRepository('lib', { 'lib.txt': 'lib' });
  const foreign = await open.createRepository('foreign', { 'foreign.txt': 'foreign' });
  const locked = await elsewhere.createRepository('locked', { 'locked.txt': 'locked' });
  const app = await server.createRepository('app', { a: '1' });
  await app.submodule('lib', { url: '../lib.git', commit: await lib.resolve('main') });
  await app.submodule('foreign', { url: foreign.url, commit: await foreign.resolve('main') });
  const request = spec(app.url, { recurseSubmodules: true, secretRef: { name: 'creds' } });
  const egress = credentials(url, basic('flux', 's3cret'));
  await git.get(request, egress);
  assert.ok(server.requests.some(({ path }) => path.startsWith('/lib.git')));
  assert.ok(open.requests.length > 0);
  for (const { headers } of open.requests) assert.is(headers.authorization, undefined);

  await app.submodule('locked', { url: locked.url, commit: await locked.resolve('main') });
  await fails(
    git.get(request, egress),
    'GitOperationFailed',
    "submodule 'locked'",
    'authentication required',
    `the credentials of the Secret creds are sent to ${server.url} only`,
  );
  for (const { headers } of elsewhere.requests) assert.is(headers.authorization, undefined);
});

test.run();
