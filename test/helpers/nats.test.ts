import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Nats, startNats } from './nats.ts';

/** Publishes with a client of its own, and returns what the server said against it. */
async function publish({ url, certificates }: Nats, login: object, body: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'data');
  const { ca = '', client } = certificates ?? {};
  const channel = certificates ? connectTls({ socket, host: '127.0.0.1', ca, ...client }) : socket;
  const said: string[] = [];
  channel.on('data', (piece: Buffer) => said.push(piece.toString()));
  channel.on('error', () => {});
  channel.write(
    `CONNECT ${JSON.stringify({ verbose: false, ...login })}\r\nPUB flux.events ${Buffer.byteLength(body)}\r\n${body}\r\nPING\r\n`,
  );
  while (!/PONG|-ERR/.test(said.join('')) && !channel.destroyed) {
    await Promise.race([once(channel, 'data'), once(channel, 'close')]);
  }
  channel.destroy();
  return said.join('').replace('PONG\r\n', '').trim();
}

for (const [kind, options, login, wrong] of [
  ['everyone', {}, {}, undefined],
  [
    'a user',
    { auth: { username: 'ada', password: 's' } },
    { user: 'ada', pass: 's' },
    { user: 'ada', pass: 'x' },
  ],
  ['a token', { auth: { token: 't' } }, { auth_token: 't' }, { auth_token: 'x' }],
  ['TLS', { tls: 'server' }, {}, undefined],
  ['TLS with a client certificate', { tls: 'client' }, {}, undefined],
] as const) {
  test(`${kind}: what is published arrives, in order and whole`, async () => {
    const nats = await startNats(options);
    const subscription = await nats.subscribe('flux.>');
    const bodies = ['first', 'with\r\nlines and MSG flux.events 1 3', 'ü'.repeat(200_000)];
    for (const body of bodies) assert.is(await publish(nats, login, body), '');
    for (const body of bodies) assert.equal(await subscription.next(), { subject: 'flux.events', body });
    if (wrong) assert.match(await publish(nats, wrong, 'x'), /Authorization Violation/);
    await nats.stop();
    const end = await subscription.next().catch((error: unknown) => error);
    assert.match(String(end), /closed the connection|ECONNRESET/);
  });
}

test.run();
