import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin over HTTP');
const { start, stop } = running();
let git: GitPlugin;
let server: GitServer;
let url: string;
let commit: string;

test.before(async () => {
  server = await start(startGitServer());
  const repository = await server.createRepository('fleet');
  commit = await repository.commit({ files: { 'dir/a.txt': 'content' }, message: 'first\n\nbody' });
  url = repository.url;
  git = await start(loadGitPlugin());
});

test.after(stop);

const spec = (where: string, more: object = {}) => ({
  spec: { url: where, ref: { branch: 'main' }, ...more },
});
const requests = () => server.requests.map(({ method, path }) => `${method} ${path}`);

test('a public repository is resolved and fetched', async () => {
  const { revision, message, out } = await git.get(spec(url));
  assert.is(revision, `main@sha1:${commit}`);
  assert.is(message, 'first');
  assert.is(readFileSync(join(out, 'dir/a.txt'), 'utf8'), 'content');
});

test('a remote that has not moved costs one small request, one that has one more', async () => {
  server.forget();
  const { revision, resolved } = await git.resolve({ ...spec(url), revision: `main@sha1:${commit}` });
  assert.is(revision, `main@sha1:${commit}`);
  const post = 'POST /fleet.git/git-upload-pack';
  assert.equal(requests(), [post]);
  await git.fetch({ ...spec(url), resolved });
  assert.equal(requests(), [post, post]);
});

test('a server of protocol version 0 costs one request more, and only the first time', async () => {
  const old = await start(
    startGitServer({
      intercept: ({ headers }) => {
        delete headers['git-protocol'];
        return false;
      },
    }),
  );
  const { url: address, resolve } = await old.createRepository('fleet', { a: '1' });
  const post = 'POST /fleet.git/git-upload-pack';
  const opening = 'GET /fleet.git/info/refs?service=git-upload-pack';
  const seen = () => old.requests.map(({ method, path }) => `${method} ${path}`);
  const { revision, resolved } = await git.resolve(spec(address));
  assert.is(revision, `main@sha1:${await resolve('main')}`);
  assert.equal(seen(), [post, opening]);
  old.forget();
  await git.resolve(spec(address));
  assert.equal(seen(), [opening]);
  await git.fetch({ ...spec(address), resolved });
  assert.equal(seen(), [opening, opening, post]);
});

test('polls and fetches go over one connection', async () => {
  const connections = new Set<number | undefined>();
  const watched = await start(
    startGitServer({
      intercept: ({ socket }) => {
        connections.add(socket.remotePort);
        return false;
      },
    }),
  );
  const { url: address } = await watched.createRepository('fleet', { a: '1' });
  for (let poll = 0; poll < 5; poll += 1) await git.get(spec(address));
  assert.is(watched.requests.length, 10);
  assert.is(connections.size, 1);
});

test('a pinned commit is resolved without any request', async () => {
  server.forget();
  const { revision } = await git.resolve(spec(url, { ref: { commit } }));
  assert.is(revision, `sha1:${commit}`);
  assert.equal(requests(), []);
});

test('a repository that is not there', async () => {
  await fails(
    git.resolve(spec(`${server.url}/other.git`)),
    'GitOperationFailed',
    'repository not found',
    '404',
    'if the repository is private, set spec.secretRef',
  );
});

test('a page that is no repository', async () => {
  const page = await start(
    startGitServer({
      intercept: (_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<html>');
        return true;
      },
    }),
  );
  await fails(git.resolve(spec(page.url)), 'GitOperationFailed', 'not a Git repository', 'text/html');
});

test('a server that breaks off in the middle of the answer', async () => {
  const broken = await start(
    startGitServer({
      intercept: ({ method }, response) => {
        if (method !== 'POST') return false;
        response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
        response.write('0032');
        setImmediate(() => response.destroy());
        return true;
      },
    }),
  );
  const { url: address } = await broken.createRepository('fleet', { a: '1' });
  await fails(git.resolve(spec(address)), 'GitOperationFailed', 'unable to clone');
});

test('a host that does not answer is named', async () => {
  const closed = await startGitServer();
  await closed.close();
  await fails(git.resolve(spec(`${closed.url}/r`)), 'GitOperationFailed', new URL(closed.url).host);
});

test('a host that was not granted is named', async () => {
  await fails(git.resolve(spec(url), { allow: ['git.example.com'] }), 'GitOperationFailed', '127.0.0.1');
});

test('a URL that is none is terminal', async () => {
  const error = await fails(git.resolve(spec('git@example.com:org/repo')), 'URLInvalid');
  assert.is(error.terminal, true);
});

test.run();
