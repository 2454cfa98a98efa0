import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('azureeventhub');
let eventhub: OpenNotifier;

test.before(async () => {
  eventhub = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => eventhub.close());

const connection =
  'Endpoint=sb://Fleet.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0a2V5=;EntityPath=flux';

test('a connection string signs for its hub, for minutes only', async () => {
  const { requests } = await eventhub.notify({ provider: { address: connection } });
  const [request] = requests;
  assert.is(
    request?.url,
    'https://fleet.servicebus.windows.net/flux/messages?timeout=60&api-version=2014-01',
  );
  assert.is(request?.headers['content-type'], 'application/atom+xml;type=entry;charset=utf-8');
  assert.is(JSON.parse(request?.body ?? '').message, 'Reconciliation finished');
  const [, fields = ''] = /^SharedAccessSignature (.*)$/.exec(request?.headers['authorization'] ?? '') ?? [];
  const parameters = new URLSearchParams(fields);
  const uri = encodeURIComponent('https://fleet.servicebus.windows.net/flux');
  const expiry = parameters.get('se') ?? '';
  assert.is(parameters.get('skn'), 'send');
  assert.match(fields, `sr=${uri}&`);
  assert.is(
    parameters.get('sig'),
    createHmac('sha256', 'c2VjcmV0a2V5=').update(`${uri}\n${expiry}`).digest('base64'),
  );
  const left = Number(expiry) - Date.now() / 1000;
  assert.ok(left > 60 && left <= 600, `${left} s`);
});

test('a token goes to the namespace of the channel', async () => {
  const secret = { token: 'jwt' };
  for (const [channel, host] of [
    ['fleet', 'fleet.servicebus.windows.net'],
    ['fleet.servicebus.chinacloudapi.cn', 'fleet.servicebus.chinacloudapi.cn'],
  ] as const) {
    const { requests } = await eventhub.notify({ provider: { address: 'flux', channel }, secret });
    assert.equal(
      [new URL(requests[0]?.url ?? '').host, requests[0]?.headers['authorization']],
      [host, 'Bearer jwt'],
    );
  }
});

test('nothing is sent to hosts outside of Azure', async () => {
  const address = connection.replace('Fleet.servicebus.windows.net', 'collector.example.com');
  const { requests, failure } = await eventhub.notify({ provider: { address } });
  assert.equal(requests, []);
  assert.match(failure?.message ?? '', 'collector.example.com');
});

test('settings that contradict each other are refused, without showing the key', async () => {
  const identity = { serviceAccountName: 'flux' };
  for (const [delivery, why] of [
    [{ provider: { address: connection, ...identity } }, 'serviceAccountName and SAS authentication'],
    [
      { provider: { address: 'flux', ...identity }, secret: { token: 't' } },
      'serviceAccountName and jwt token',
    ],
    [{ provider: { address: connection.replace(/;EntityPath.*/, '') } }, 'does not contain an EntityPath'],
    [{ provider: { address: 'flux' }, secret: { token: 't' } }, 'the namespace is empty'],
  ] as const) {
    const { message, terminal } = await eventhub.failure(delivery);
    assert.match(message, why);
    assert.not.match(message, 'c2VjcmV0a2V5');
    assert.ok(terminal);
  }
});

test.run();
