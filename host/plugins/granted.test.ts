import { createHmac } from 'node:crypto';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rejection } from '../sandbox/testing/rejects.ts';
import type { PluginsOptions } from './plugins.ts';
import { installable, openWorkshop, probeWith, use } from './testing.ts';

const workshop = await openWorkshop();
const { server, other, bodyOf, probe, moduleOf } = workshop;
const test = suite('what a call is granted');

const base64 = (text: string) => Buffer.from(text).toString('base64');
const web: PluginRequests = { network: ['$address'], capabilities: ['http'] };
const header = { header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } };
const secret = { token: base64('t0k3n\n'), other: base64('0ther') };

test.before.each(() => {
  server.seen.length = other.seen.length = 0;
});

test.after(() => workshop.close());

test('the plugin sees the granted keys of the Secret and no others', async () => {
  const plugins = await probe({ secretKeys: ['token'] });
  const { output } = await plugins.call(use('echo', { a: 1 }, { secret }));
  assert.equal(output, { a: 1, secret: { token: secret.token } });
  const hidden = await plugins.call(use('echo', {}, { secret, unseen: ['token'] }));
  assert.equal(hidden.output, {});
});

test('a credential is on the request, and the plugin never has it', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  const call = { secret, address: server.url };
  const { output } = await plugins.call(
    use('get', { url: `${server.url}/`, headers: { authorization: 'mine' } }, call),
  );
  assert.is(server.seen[0]?.headers.authorization, 'Bearer t0k3n');
  assert.not.match(JSON.stringify(output), /t0k3n/);
  const seen = await plugins.call(use('echo', {}, call));
  assert.equal(seen.output, {});
});

test('a credential goes to the address of the object only, and not along with a redirect', async () => {
  const plugins = await probe({
    network: ['$address', other.address],
    capabilities: ['http'],
    credentials: [header],
  });
  const call = { secret, address: server.url };
  await plugins.call(use('get', { url: `${server.url}/away` }, call));
  await plugins.call(use('get', { url: `${other.url}/` }, call));
  assert.is(server.seen[0]?.headers.authorization, 'Bearer t0k3n');
  assert.equal(
    other.seen.map(({ headers }) => headers.authorization),
    [undefined, undefined],
  );
});

test('named hosts get a credential only where they are named with their port, or over TLS', async () => {
  const [host = ''] = server.address.split(':');
  const byHost = { ...header, hosts: [host] };
  const requests = { network: [server.address], capabilities: ['http' as const] };
  const without = await probe({ ...requests, credentials: [byHost] });
  await without.call(use('get', { url: `${server.url}/` }, { secret }));
  const byPort = { ...header, hosts: [server.address] };
  const withPort = await probe({ ...requests, credentials: [byPort] });
  await withPort.call(use('get', { url: `${server.url}/` }, { secret }));
  assert.equal(
    server.seen.map(({ headers }) => headers.authorization),
    [undefined, 'Bearer t0k3n'],
  );
});

test('a query parameter is added, and taken out of redirects that repeat it', async () => {
  const plugins = await probe({ ...web, credentials: [{ query: { name: 'key', key: 'token' } }] });
  const call = { secret, address: server.url };
  const { output } = await plugins.call(use('get', { url: `${server.url}/slash?a=b` }, call));
  assert.equal(
    server.seen.map(({ url }) => url),
    ['/slash?a=b&key=t0k3n', '/slash/?a=b&key=t0k3n'],
  );
  assert.not.match(JSON.stringify(output), /t0k3n/);
});

test('basic authentication is made of two keys', async () => {
  const credentials = [{ basic: { usernameKey: 'user', passwordKey: 'password' } }];
  const plugins = await probe({ ...web, credentials });
  const login = { user: base64('joe'), password: base64('s3cret') };
  await plugins.call(use('get', { url: `${server.url}/` }, { secret: login, address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, `Basic ${base64('joe:s3cret')}`);
});

for (const stream of [false, true]) {
  test(`a body is signed as it is sent${stream ? ', also when it is streamed' : ''}`, async () => {
    const hmac = { header: 'X-Signature', key: 'token', algorithm: 'sha256' as const, format: 'sha256={}' };
    const plugins = await probe({ ...web, credentials: [{ hmac }] });
    const key = { token: base64('key') };
    const input = { url: `${server.url}/`, method: 'POST', size: 5000, stream };
    await plugins.call(use('get', input, { secret: key, address: server.url }));
    const [request] = server.seen;
    const body = bodyOf(request);
    assert.is(body?.length, 5000);
    const expected = createHmac('sha256', 'key')
      .update(body ?? '')
      .digest('hex');
    assert.is(request?.headers['x-signature'], `sha256=${expected}`);
  });
}

test('without the key nothing is added', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  await plugins.call(use('get', { url: `${server.url}/` }, { secret: {}, address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
});

test('a value that no header can carry is refused without showing it', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  const bad = { token: base64('a\nInjected: b') };
  const work = plugins.call(use('get', { url: `${server.url}/` }, { secret: bad, address: server.url }));
  const error = await rejection(work, 'FLUX_E_PLUGIN_CREDENTIAL');
  assert.match(error.text, /key token/);
  assert.not.match(error.text, /Injected/);
});

test('without an address there is nowhere to go', async () => {
  const plugins = await probe(web);
  const error = await rejection(plugins.call(use('get', { url: `${server.url}/` })), 'FLUX_E_PLUGIN_FAILED');
  assert.match(error.message, /may not connect to/);
});

test('a visible identity is in the request, one for hosts on the way out', async () => {
  const asked: unknown[] = [];
  const identityToken: PluginsOptions['identityToken'] = async (identity, account) => {
    asked.push([identity.cloud, account]);
    return 'cl0ud';
  };
  const identity = { cloud: 'gcp' as const, scope: 's', hosts: ['$address'] };
  const call = { address: server.url, serviceAccountName: 'robot' };
  const unseen = await probe({ ...web, identity }, { identityToken });
  await unseen.call(use('get', { url: `${server.url}/` }, call));
  assert.is(server.seen[0]?.headers.authorization, 'Bearer cl0ud');
  assert.equal((await unseen.call(use('echo', {}, call))).output, {});
  const visible = await probe({ identity: { ...identity, visible: true } }, { identityToken });
  assert.equal((await visible.call(use('echo', {}, call))).output, { identityToken: 'cl0ud' });
  assert.equal(asked[0], ['gcp', { namespace: 'apps', serviceAccountName: 'robot' }]);
});

test('the identity of the host itself does not go to addresses that users choose', async () => {
  const identity = { cloud: 'gcp' as const, scope: 's', hosts: ['$address'] };
  const plugins = await probe({ ...web, identity }, { identityToken: async () => 'cl0ud' });
  await plugins.call(use('get', { url: `${server.url}/` }, { address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
});

test('an account is named, and there are no identities: that is said', async () => {
  const plugins = await probe({ identity: { cloud: 'gcp', scope: 's' } });
  const work = plugins.call(use('echo', {}, { serviceAccountName: 'robot' }));
  assert.match((await rejection(work, 'FLUX_E_PLUGIN_IDENTITY')).text, /gcp/);
});

test('Secrets of the administrator reach hosts that he named, and not the address of a user', async () => {
  const requests: PluginRequests = { network: ['$address', other.address], capabilities: ['http'] };
  const plugins = await probe(requests);
  const ownSecret = { token: base64('admins') };
  const credentials = [{ ...header, hosts: ['$address', other.address] }];
  const module = await moduleOf(probeWith(requests));
  plugins.install(installable(plugins, { credentials, ownSecret }, { module }));
  await plugins.call(use('get', { url: `${server.url}/` }, { address: server.url }));
  await plugins.call(use('get', { url: `${other.url}/` }, { address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
  assert.is(other.seen[0]?.headers.authorization, 'Bearer admins');
});

test.run();
