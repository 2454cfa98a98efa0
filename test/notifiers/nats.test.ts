import { fileURLToPath } from 'node:url';
import { type OpenPlugin, openPlugin, type RunOptions } from '@flux-host/sdk/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createIdentity,
  createOperator,
  credentialsFile,
  type Nats,
  type NatsOptions,
  startNats,
} from '../helpers/nats.ts';

const test = suite('nats, against its server');
let plugin: OpenPlugin;
const servers: Nats[] = [];

test.before(async () => {
  plugin = await openPlugin(fileURLToPath(import.meta.resolve('@flux-host/plugins/notifier-nats/plugin.ts')));
});
test.after.each(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
test.after(() => plugin.close());

async function start(options: NatsOptions = {}): Promise<Nats> {
  const server = await startNats(options);
  servers.push(server);
  return server;
}

const subject = 'flux.events';

function publish(address: string, options: Pick<RunOptions, 'secret' | 'tls'> = {}, message = 'm') {
  const event = {
    involvedObject: { kind: 'Kustomization', namespace: 'apps', name: 'web' },
    severity: 'info',
    timestamp: '2026-03-04T05:06:07Z',
    message,
    reason: 'ReconciliationSucceeded',
    reportingController: 'kustomize-controller',
  };
  const provider = { namespace: 'apps', name: 'nats', type: 'nats', address, channel: subject };
  return plugin.run({ request: { event, provider }, live: true, ...options });
}

/** Publishes, and reads what arrived. */
async function arrived(server: Nats, options: Pick<RunOptions, 'secret' | 'tls'> = {}, address = server.url) {
  const subscription = await server.subscribe(subject);
  const { failure } = await publish(address, options, 'ü'.repeat(1000));
  assert.is(failure, undefined, failure?.message);
  const { body } = await subscription.next();
  subscription.close();
  assert.is(JSON.parse(body).message, 'ü'.repeat(1000));
}

async function refusal(address: string, options: Pick<RunOptions, 'secret' | 'tls'> = {}) {
  const { failure } = await publish(address, options);
  if (!failure) throw new Error('it was not refused');
  return failure;
}

test('an event arrives, also when the address is a host and port only', async () => {
  const server = await start();
  await arrived(server);
  await arrived(server, {}, server.url.replace('nats://', ''));
});

test('a user name and password are shown, and a wrong one is a final failure without it', async () => {
  const server = await start({ auth: { username: 'ada', password: 'right' } });
  await arrived(server, { secret: { username: 'ada', password: 'right\n' } });
  const failure = await refusal(server.url, { secret: { username: 'ada', password: 'wr0ng' } });
  assert.match(failure.message, `error publishing event to subject ${subject}: error connecting to server`);
  assert.match(failure.message, 'Authorization Violation');
  assert.not.match(failure.message, 'wr0ng');
  assert.ok(failure.terminal);
});

test('a key signs what the server asks, and another key is refused', async () => {
  const user = createIdentity('user');
  const server = await start({ auth: { nkey: user.publicKey } });
  await arrived(server, { secret: { nkey: `${user.seed}\n` } });
  const failure = await refusal(server.url, { secret: { nkey: createIdentity('user').seed } });
  assert.match(failure.message, 'Authorization Violation');
});

test('credentials of an account are accepted, and outweigh a key', async () => {
  const operator = createOperator();
  const server = await start({ auth: { operator } });
  const { jwt, identity } = operator.user();
  const creds = credentialsFile(jwt, identity);
  await arrived(server, { secret: { creds, nkey: createIdentity('user').seed } });
  const stolen = credentialsFile(jwt, createIdentity('user'));
  assert.match((await refusal(server.url, { secret: { creds: stolen } })).message, 'Authorization Violation');
});

test('a seed that is none is refused before anybody is asked, without showing it', async () => {
  const { seed } = createIdentity('user');
  for (const nkey of [
    // Not the last letter: some of its bits mean nothing.
    `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`,
    'SU1',
    createIdentity('user').publicKey,
  ]) {
    const failure = await refusal('nats://127.0.0.1:1', { secret: { nkey } });
    assert.match(failure.message, 'error parsing nkey seed');
    assert.not.match(failure.message, nkey);
    assert.ok(failure.terminal);
  }
});

test('TLS begins after the greeting where the server wants it, with the authority of the Provider', async () => {
  const server = await start({ tls: 'server' });
  const { ca = '' } = server.certificates ?? {};
  await arrived(server, { tls: { ca } });
  await arrived(server, { tls: { ca } }, server.url.replace('nats://', 'tls://'));
  const failure = await refusal(server.url);
  assert.match(failure.message, 'is not trusted');
});

test('a client certificate is shown', async () => {
  const server = await start({ tls: 'client' });
  const { ca = '', client } = server.certificates ?? {};
  await arrived(server, { tls: { ca, ...client } });
});

test('an address that asks for TLS gets nothing over plain text', async () => {
  const server = await start();
  const subscription = await server.subscribe(subject);
  const failure = await refusal(server.url.replace('nats://', 'tls://'));
  assert.match(failure.message, 'error connecting to server');
  await publish(server.url, {}, 'the only one');
  assert.is(JSON.parse((await subscription.next()).body).message, 'the only one');
  subscription.close();
});

test('the next server of a cluster is asked when one is gone', async () => {
  const server = await start();
  await arrived(server, {}, `nats://127.0.0.1:1,${server.url}`);
  const failure = await refusal('nats://127.0.0.1:1');
  assert.not.ok(failure.terminal, 'it may come back');
});

test('an event that is too large for the server is refused', async () => {
  const server = await start();
  const { failure } = await publish(server.url, {}, 'x'.repeat(1_100_000));
  assert.match(failure?.message ?? '', /it has \d+ bytes and the server takes 1048576/);
  assert.ok(failure?.terminal);
});

test.run();
