import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { httpServer, type TestHttpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { ask, asking, connect } from '../guest/http.ts';

/** Names whose DNS an attacker has in his hand. The resolver is a fake: a real one would not lie. */
const answers = new Map<string, () => string[]>();
const lookups: string[] = [];
const egress = createEgress({
  lookup: async (name) => {
    lookups.push(name);
    return answers.get(name)?.() ?? [];
  },
});
const cage = createCage({ egress });
let server: TestHttpServer;

test.before(async () => {
  server = await httpServer((_request, response) => response.end('internal'));
});
test.before.each(() => {
  server.seen.length = lookups.length = 0;
});
test.after(async () => {
  await cage.close();
  await egress.close();
  await server.close();
});

const all = { egress: { allow: ['*'] } };
const leading: Record<string, string[]> = {
  'this machine': ['127.0.0.1'],
  'this machine by IPv6': ['::1'],
  'this machine inside of IPv6': ['::ffff:127.0.0.1'],
  'any address of this machine': ['0.0.0.0'],
  'the metadata service': ['169.254.169.254'],
  'the metadata service inside of IPv6': ['::ffff:a9fe:a9fe'],
  'the metadata service behind NAT64': ['64:ff9b::a9fe:a9fe'],
  'the metadata service behind a NAT64 of the network': ['64:ff9b:1::a9fe:a9fe'],
  'a neighbour on the link': ['fe80::1%eth0'],
  'one forbidden address after the other': ['169.254.169.254', '127.0.0.1', '::1'],
  'what is no address': ['not an address', ''],
};

for (const [what, addresses] of Object.entries(leading)) {
  test(`a name that leads to ${what} is refused, over HTTP and raw, and told`, async () => {
    answers.set('evil.example', () => addresses);
    const over = await ask(cage, { url: `http://evil.example:${server.port}/` }, all);
    assert.is(over.code, 'FLUX_E_EGRESS_ADDRESS');
    assert.match(over.message, /evil\.example/);
    const raw = await connect(cage, { host: 'evil.example', port: server.port }, all);
    assert.is(raw.code, 'FLUX_E_EGRESS_ADDRESS');
    assert.is(server.seen.length, 0);
  });
}

test('a name that means another address at each question is connected to the one that was checked', async () => {
  let count = 0;
  answers.set('rebind.example', () => {
    count += 1;
    return count % 2 ? ['192.0.2.1'] : ['127.0.0.1'];
  });
  const url = `http://rebind.example:${server.port}/`;
  for (let round = 0; round < 4; round += 1) {
    const { code } = await ask(cage, { url, timeoutMs: 300 }, { ...all, limits: { timeoutMs: 1500 } }).catch(
      (error: { code?: string }) => ({ code: error.code ?? '' }),
    );
    assert.match(code, /^FLUX_E_(EGRESS_(ADDRESS|TIMEOUT|UNREACHABLE|REFUSED)|PLUGIN_TIMEOUT)$/);
  }
  assert.is(server.seen.length, 0);
});

test('what was granted by its name is not found under an address that leads to the same machine', async () => {
  answers.set('git.example', () => ['192.0.2.1']);
  const egress = { allow: ['git.example:80'] };
  const { code } = await ask(cage, { url: 'http://192.0.2.1/' }, { egress });
  assert.is(code, 'FLUX_E_EGRESS_DENIED');
});

test('names that only look like the granted one are asked of nobody', async () => {
  const egress = { allow: ['git.example.com', '*.team.example'] };
  const urls = [
    'http://git.example.com.evil.example/',
    'http://git.example.com@evil.example/',
    'http://git.example.com%2eevil.example/',
    'http://git.example.com%00.evil.example/',
    'http://git.example.com\\@evil.example/',
    'http://evil.example\\.git.example.com/',
    'http://evil.example#@git.example.com/',
    'http://evil.example?@git.example.com/',
    'http://evil.example;git.example.com/',
    'http://xgit.example.com/',
    'http://gіt.example.com/',
    'http://git.example.comㅤ/',
    'http://team.example/',
    'http://evilteam.example/',
    'http:evil.example/',
    '//git.example.com/',
    'http:///git.example.com/',
    'file:///etc/passwd',
    'ftp://git.example.com/',
    'gopher://git.example.com/',
    'data:text/plain,git.example.com',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'javascript:git.example.com',
    'blob:http://git.example.com/',
  ];
  for (const url of urls) {
    const { code } = await ask(cage, { url }, { egress });
    assert.match(code, /^FLUX_E_EGRESS_(DENIED|REQUEST|DNS)$/, url);
  }
  assert.equal(
    lookups.filter((name) => name !== 'git.example.com'),
    [],
  );
});

test('a refusal says the line of the grant as it would have to be, and no more', async () => {
  const { message, code } = await ask(cage, { url: 'http://user:pass@evil.example:81/secret?token=1' });
  assert.is(code, 'FLUX_E_EGRESS_DENIED');
  assert.is(message, 'the plugin may not connect to evil.example:81');
});

test('a name in a redirect is checked as one in a request is', async () => {
  answers.set('evil.example', () => ['169.254.169.254']);
  answers.set('front.example', () => ['127.0.0.1']);
  const away = await httpServer((_request, response) =>
    response.writeHead(302, { location: `http://evil.example:${server.port}/latest/meta-data` }).end(),
  );
  const loot = await cage.attack(asking({ url: away.url, redirects: 5 }), {
    dump: -1,
    egress: { allow: ['*', '127.0.0.1'] },
  });
  assert.match(loot.text, /FLUX_E_EGRESS_ADDRESS/);
  await away.close();
});

test.run();
