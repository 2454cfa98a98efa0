import { httpServer, type TestHttpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { ask } from '../guest/http.ts';

/** A server that is granted and sends the plugin, or what belongs to its user, somewhere else. */
const cage = createCage();
let location = '';
let status = 302;
let front: TestHttpServer;
let internal: TestHttpServer;

test.before(async () => {
  internal = await httpServer((_request, response) => response.end('internal'));
  front = await httpServer((request, response) =>
    request.url === '/end' ? response.end('end') : response.writeHead(status, { location }).end('moved'),
  );
});
test.before.each(() => {
  internal.seen.length = front.seen.length = 0;
  status = 302;
});
test.after(async () => {
  await cage.close();
  await Promise.all([front.close(), internal.close()]);
});

const follow = (more: object = {}) =>
  ask(cage, { url: front.url, redirects: 20, ...more }, { egress: { allow: [front.address] } });

const targets: Record<string, () => string> = {
  'another port of the same host': () => internal.url,
  'the same server by another name': () => `http://localhost:${front.port}/end`,
  'the same server in another spelling': () => `http://[::ffff:127.0.0.1]:${front.port}/end`,
  'a metadata service': () => 'http://169.254.169.254/latest/meta-data/',
  'a metadata service by number': () => 'http://2852039166/',
  'a host behind user info': () => `http://${front.address}@localhost:${internal.port}/`,
  'a host behind a backslash': () => `http:\\\\localhost:${internal.port}\\`,
  'a host without a scheme': () => `//localhost:${internal.port}/`,
  'a path that is a host to some': () => `/\\localhost:${internal.port}/`,
  'a tab in a scheme': () => `ht\ttp://localhost:${internal.port}/`,
  'a file': () => 'file:///etc/passwd',
  'a socket': () => 'unix:/var/run/docker.sock',
  data: () => 'data:text/plain,loot',
  'a script': () => 'javascript:alert(1)',
  nowhere: () => 'http://',
};

for (const [what, target] of Object.entries(targets)) {
  test(`a redirect to ${what} is not followed`, async () => {
    location = encodeURI(target())
      .replaceAll('%5C', '\\')
      .replaceAll('%09', '')
      .replaceAll('%5B', '[')
      .replaceAll('%5D', ']');
    for (const code of [301, 302, 303, 307, 308]) {
      status = code;
      const { code: refusal } = await follow();
      assert.match(refusal, /^FLUX_E_EGRESS_(DENIED|ADDRESS|REQUEST)$/, `${code} ${location}`);
    }
    assert.is(internal.seen.length, 0);
    assert.ok(front.seen.every(({ url }) => url !== '/end'));
  });
}

test('redirects in a circle come to their end', async () => {
  location = '/again';
  const { status: last } = await follow();
  assert.is(last, 302);
  assert.is(front.seen.length, 21);
});

test('more redirects than a browser would follow are not followed, however many a plugin wants', async () => {
  location = '/again';
  const { status: last } = await follow({ redirects: 1e300 });
  assert.is(last, 302);
  assert.is(front.seen.length, 21);
});

test('a redirect from TLS to plain text takes no login along, as it is another origin', async () => {
  location = internal.url;
  const credentials = [
    { to: [`http://${front.address}`], headers: { authorization: 'Bearer t0k3n-of-the-user' } },
  ];
  const egress = { allow: [front.address, internal.address], credentials };
  const headers = [
    ['cookie', 'mine=1'],
    ['authorization', 'Basic bWluZQ=='],
  ] as const;
  await ask(cage, { url: front.url, redirects: 3, headers }, { egress });
  assert.is(front.seen[0]?.headers.authorization, 'Bearer t0k3n-of-the-user');
  assert.equal(
    [internal.seen.length, internal.seen[0]?.headers.authorization, internal.seen[0]?.headers.cookie],
    [1, undefined, undefined],
  );
});

test('a login that was dropped on the way is not picked up when the way leads back', async () => {
  const back = await httpServer((_request, response) =>
    response.writeHead(302, { location: `${front.url}/end` }).end(),
  );
  location = back.url;
  const credentials = [
    { to: [`http://${front.address}`], headers: { authorization: 'Bearer t0k3n-of-the-user' } },
  ];
  const egress = { allow: [front.address, back.address], credentials };
  await ask(cage, { url: front.url, redirects: 3 }, { egress });
  assert.equal(
    front.seen.map(({ headers }) => headers.authorization),
    ['Bearer t0k3n-of-the-user', undefined],
  );
  await back.close();
});

test('a body is not sent along to a server that was not asked', async () => {
  location = internal.url;
  status = 307;
  await ask(
    cage,
    { url: front.url, method: 'POST', redirects: 3 },
    { egress: { allow: [front.address] }, body: 'secret' },
  );
  assert.is(internal.seen.length, 0);
});

test.run();
