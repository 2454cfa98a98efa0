import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { createRepo } from './repo.ts';
import { type GitServers, startGitServers } from './server.ts';

const test = suite('git plugin over HTTP');
const folder = mkdtempSync(join(tmpdir(), 'git-http-'));
let git: GitPlugin;
let servers: GitServers;
let commit: string;

test.before(async () => {
  commit = createRepo(join(folder, 'repo')).commit('first\n\nbody', { 'dir/a.txt': 'content' });
  servers = await startGitServers(folder);
  git = await loadGitPlugin();
});

test.after(async () => {
  await git?.close();
  servers?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const spec = (url: string, more: object = {}) => ({ spec: { url, ref: { branch: 'main' }, ...more } });
const basic = (origin: string, password: string) => ({
  origin,
  headers: { authorization: `Basic ${Buffer.from(`flux:${password}`).toString('base64')}` },
});

test('a public repository is resolved and fetched', async () => {
  const { revision, message, out } = await git.get(spec(`${servers.HTTP}/repo/.git`));
  assert.is(revision, `main@sha1:${commit}`);
  assert.is(message, 'first');
  assert.is(readFileSync(join(out, 'dir/a.txt'), 'utf8'), 'content');
});

test('resolving asks two requests and fetching two more, all small', async () => {
  servers.requests();
  const request = spec(`${servers.HTTP}/repo/.git`);
  const { resolved } = await git.resolve(request);
  assert.equal(servers.requests(), [
    'GET /repo/.git/info/refs?service=git-upload-pack',
    'POST /repo/.git/git-upload-pack',
  ]);
  await git.fetch({ ...request, resolved });
  assert.is(servers.requests().length, 2);
});

test('a pinned commit is resolved without any request', async () => {
  servers.requests();
  const { revision } = await git.resolve(spec(`${servers.HTTP}/repo/.git`, { ref: { commit } }));
  assert.is(revision, `sha1:${commit}`);
  assert.equal(servers.requests(), []);
});

test('basic credentials are added by the host', async () => {
  const url = `${servers.HTTP}/basic/repo/.git`;
  await git.get(spec(url), { credentials: basic(servers.HTTP, 's3cret') });
});

test('a wrong password is named as that, and not repeated', async () => {
  const url = `${servers.HTTP}/basic/repo/.git`;
  const error = await fails(
    git.resolve(spec(url, { secretRef: { name: 'creds' } }), { credentials: basic(servers.HTTP, 'hunter2') }),
    'GitOperationFailed',
    'authentication failed',
    'Secret creds',
    'bad credentials',
  );
  assert.not.match(error.text, 'hunter2');
});

test('without a Secret the failure asks for one', async () => {
  await fails(
    git.resolve(spec(`${servers.HTTP}/basic/repo/.git`)),
    'GitOperationFailed',
    'authentication required',
    'spec.secretRef',
  );
});

test('a bearer token is added by the host', async () => {
  const credentials = { origin: servers.HTTP, headers: { authorization: 'Bearer t0ken' } };
  await git.get(spec(`${servers.HTTP}/bearer/repo/.git`), { credentials });
});

test('HTTPS with a private authority', async () => {
  const url = `${servers.HTTPS}/repo/.git`;
  await git.get(spec(url), { tls: { ca: servers.CA } });
  await fails(git.resolve(spec(url)), 'GitOperationFailed', 'certificate');
});

test('HTTPS with a client certificate', async () => {
  const url = `${servers.MutualTLS}/repo/.git`;
  const tls = { ca: servers.CA, cert: servers.ClientCert, key: servers.ClientKey };
  await git.get(spec(url), { tls });
  await fails(git.resolve(spec(url), { tls: { ca: servers.CA } }), 'GitOperationFailed', 'unable to clone');
});

test('a proxy with credentials', async () => {
  const proxy = { url: servers.Proxy, username: 'proxy', password: 'pr0xy' };
  servers.requests();
  await git.get(spec(`${servers.HTTPS}/repo/.git`), { tls: { ca: servers.CA }, proxy });
  await git.get(spec(`${servers.HTTP}/repo/.git`), { proxy });
  assert.ok(servers.requests().some((line) => line.startsWith('PROXY')));
});

test('a repository that is not there', async () => {
  await fails(
    git.resolve(spec(`${servers.HTTP}/other`)),
    'GitOperationFailed',
    'repository not found',
    '404',
  );
});

test('a branch that is not there, and the one that is', async () => {
  const request = spec(`${servers.HTTP}/repo/.git`, { ref: { branch: 'mian' } });
  await fails(git.resolve(request), 'GitOperationFailed', "branch 'mian' not found", "did you mean 'main'?");
});

test('an empty repository has its own reason', async () => {
  createRepo(join(folder, 'empty'));
  await fails(
    git.resolve(spec(`${servers.HTTP}/empty/.git`)),
    'EmptyGitRepository',
    'git repository is empty',
  );
});

test('a host that does not answer', async () => {
  await fails(git.resolve(spec('http://127.0.0.1:9/repo')), 'GitOperationFailed', '127.0.0.1:9');
});

test('a host that was not granted', async () => {
  const request = spec(`${servers.HTTP}/repo/.git`);
  await fails(git.resolve(request, { allow: ['git.example.com'] }), 'GitOperationFailed', '127.0.0.1');
});

test('a URL that is none is terminal', async () => {
  const error = await fails(git.resolve(spec('git@example.com:org/repo')), 'URLInvalid');
  assert.is(error.terminal, true);
});

test.run();
