import { httpServer, type TestHttpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { ask, connect } from '../guest/http.ts';

/**
 * The same address in all its spellings. The server stands for whatever listens on the machine of the host: its metrics, its health, a sidecar.
 * host/sandbox/egress/address.test.ts has the table of addresses.
 */
const cage = createCage();
let server: TestHttpServer;

test.before(async () => {
  server = await httpServer((_request, response) => response.end('internal'));
});
test.after(async () => {
  await cage.close();
  await server.close();
});

/** Spellings that URLs turn into 127.0.0.1 or ::1. */
const loopback = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '017700000001', '0x7f000001', '0x7f.1', '0177.0.0.1'],
  ...['127.0.0.1.', '127.000.000.001', '%31%32%37.0.0.1', '１２７.0.0.1', '127。0。0。1', '①②⑦.0.0.1'],
  ...[
    '127.255.255.254',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
  ],
];
/** What means this machine, or a metadata service, in some other way. */
const forbidden = [
  ...[
    '0.0.0.0',
    '0',
    '0x0',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ],
  ...[
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:169.254.169.254]',
  ],
  ...[
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a9fe:a9fe::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
  ],
  ...[
    '[fd20:ce::254]',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '255.255.255.255',
    '224.0.0.1',
    '[ff02::1]',
  ],
];

for (const host of loopback) {
  test(`a plugin that may connect to everybody does not reach this machine as ${host}`, async () => {
    const { code } = await ask(
      cage,
      { url: `http://${host}:${server.port}/` },
      { egress: { allow: ['*', '*:80'] } },
    );
    assert.match(code, /^FLUX_E_EGRESS_(DENIED|ADDRESS)$/);
    assert.is(server.seen.length, 0);
  });
}

for (const host of forbidden) {
  test(`nobody can be granted ${host}`, async () => {
    const allow = ['*', host, `${host}:${server.port}`];
    const { code } = await ask(cage, { url: `http://${host}:${server.port}/` }, { egress: { allow } });
    assert.is(code, 'FLUX_E_EGRESS_ADDRESS');
    const raw = await connect(cage, { host, port: server.port }, { egress: { allow } });
    assert.is(raw.code, 'FLUX_E_EGRESS_ADDRESS');
    assert.is(server.seen.length, 0);
  });
}

const malformed = [
  '[fe80::1%25lo]',
  '[fe80::1%lo]',
  '127.0.0.1%00',
  '256.256.256.256',
  '1.2.3.4.5',
  '[::1',
  '::1',
  'a b',
  '[v1.a]',
];

for (const host of malformed) {
  test(`${host} is no host at all`, async () => {
    const { code } = await ask(
      cage,
      { url: `http://${host}:${server.port}/` },
      { egress: { allow: ['*', host] } },
    );
    assert.match(code, /^FLUX_E_EGRESS_(REQUEST|ADDRESS)$/);
  });
}

test('a spelling that a URL would read is none for a raw connection that was not granted', async () => {
  for (const host of [
    '127.1',
    '2130706433',
    '0x7f.1',
    '127.0.0.1\0.example.com',
    'user@127.0.0.1',
    '127.0.0.1/',
    '127.0.0.1:22',
  ]) {
    const { code } = await connect(cage, { host, port: server.port }, { egress: { allow: ['*'] } });
    assert.match(code, /^FLUX_E_EGRESS_(DENIED|ADDRESS|REQUEST)$/, host);
  }
});

test('a port that is none, or not granted, is refused, whatever number it is written as', async () => {
  const egress = { allow: ['127.0.0.1:1'] };
  for (const port of [server.port, server.port + 65_536, -server.port, server.port + 0.5, 0]) {
    const { code } = await connect(cage, { host: '127.0.0.1', port }, { egress });
    assert.match(code, /^FLUX_E_EGRESS_(DENIED|REQUEST)$/, String(port));
  }
});

test.run();
