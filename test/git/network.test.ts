import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createCertificates,
  startGitServer,
  startProxy,
  startRedirectServer,
} from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin: TLS, proxies and redirects');
const { start, stop } = running();
let git: GitPlugin;

test.before(async () => {
  git = await start(loadGitPlugin());
});

test.after(stop);

const spec = (url: string, more: object = {}) => ({ spec: { url, ref: { branch: 'main' }, ...more } });

async function secured(tls: 'server' | 'client') {
  const server = await start(startGitServer({ tls }));
  const { url } = await server.createRepository('fleet', { a: '1' });
  assert.ok(server.certificates);
  const { ca, client } = server.certificates;
  return { server, url, ca, client };
}

test('HTTPS with a private authority', async () => {
  const { url, ca } = await secured('server');
  await git.get(spec(url), { tls: { ca } });
});

test('a certificate that is not trusted is named as that', async () => {
  const { server, url } = await secured('server');
  await fails(git.resolve(spec(url)), 'GitOperationFailed', 'certificate');
  const { ca } = await createCertificates();
  await fails(git.resolve(spec(url), { tls: { ca } }), 'GitOperationFailed', 'certificate');
  assert.is(server.requests.length, 0);
});

test('HTTPS with a client certificate', async () => {
  const { server, url, ca, client } = await secured('client');
  await fails(git.resolve(spec(url), { tls: { ca } }), 'GitOperationFailed', 'unable to clone');
  assert.is(server.requests.length, 0);
  await git.get(spec(url), { tls: { ca, ...client } });
});

test('a proxy without a login forwards HTTP and tunnels HTTPS', async () => {
  const proxy = await start(startProxy());
  const { url, ca, server } = await secured('server');
  await git.get(spec(url), { tls: { ca }, proxy: { url: proxy.url } });
  assert.is(proxy.tunnels[0], new URL(server.url).host);
  const plain = await start(startGitServer());
  const repository = await plain.createRepository('fleet', { a: '1' });
  await git.get(spec(repository.url), { proxy: { url: proxy.url } });
  assert.is(proxy.forwarded.length + proxy.tunnels.length > 1, true);
  assert.is(plain.requests.length, 2);
});

test('a proxy with a login', async () => {
  const proxy = await start(startProxy({ username: 'proxy', password: 'pr0xy' }));
  const { url, ca } = await secured('server');
  const via = (password: string) => ({
    tls: { ca },
    proxy: { url: proxy.url, username: 'proxy', password },
  });
  await git.get(spec(url), via('pr0xy'));
  assert.is(proxy.refused(), 0);
  const request = spec(url, { proxySecretRef: { name: 'proxy' } });
  const error = await fails(git.resolve(request, via('hunter2')), 'GitOperationFailed', '407');
  assert.ok(proxy.refused() > 0);
  assert.not.match(error.text, 'hunter2');
});

test('a proxy that cannot be reached is no failure of the repository', async () => {
  const gone = await startProxy();
  await gone.close();
  const { url, ca } = await secured('server');
  await fails(
    git.resolve(spec(url), { tls: { ca }, proxy: { url: gone.url } }),
    'GitOperationFailed',
    'the proxy cannot be used',
    new URL(gone.url).host,
  );
});

test('a redirect leads to where the repository is, and what follows goes there', async () => {
  const server = await start(startGitServer());
  await server.createRepository('fleet', { a: '1' });
  const redirect = await start(startRedirectServer(server.url));
  const { revision } = await git.get(spec(`${redirect.url}/fleet.git`));
  assert.match(revision, /^main@sha1:/);
  assert.equal(
    redirect.requests.map(({ path }) => path),
    ['/fleet.git/git-upload-pack', '/fleet.git/info/refs?service=git-upload-pack'],
  );
  assert.is(server.requests.length, 3);
});

test('credentials do not follow a redirect to another server', async () => {
  const server = await start(startGitServer());
  await server.createRepository('fleet', { a: '1' });
  const redirect = await start(startRedirectServer(server.url));
  const credentials = [{ to: [redirect.url], headers: { authorization: 'Bearer t0ken' } }];
  await git.get(spec(`${redirect.url}/fleet.git`), { credentials });
  assert.is(redirect.requests.length, 2);
  for (const { authorization } of redirect.requests) assert.is(authorization, 'Bearer t0ken');
  for (const { headers } of server.requests) assert.is(headers.authorization, undefined);
});

test('a redirect to a host that was not granted is refused', async () => {
  const server = await start(startGitServer());
  await server.createRepository('fleet', { a: '1' });
  const redirect = await start(startRedirectServer(server.url.replace('127.0.0.1', 'localhost')));
  await fails(git.resolve(spec(`${redirect.url}/fleet.git`)), 'GitOperationFailed', 'localhost');
  assert.is(server.requests.length, 0);
});

test('a redirect to a page to sign in is no repository', async () => {
  const redirect = await start(startRedirectServer(() => '/users/sign_in'));
  await fails(git.resolve(spec(`${redirect.url}/fleet.git`)), 'GitOperationFailed', 'which is no repository');
});

test('redirects in a circle come to an end', async () => {
  const redirect = await start(startRedirectServer((path) => path));
  await fails(git.resolve(spec(`${redirect.url}/fleet.git`)), 'GitOperationFailed', 'more than 10 redirects');
});

test.run();
