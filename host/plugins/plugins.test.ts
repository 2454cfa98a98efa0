import { writeFileSync } from 'node:fs';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetrics } from '../observability/metrics.ts';
import { textPlugin } from '../sandbox/testing/modules.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { tcpServer, until } from '../sandbox/testing/servers.ts';
import { installable, openWorkshop, use, well, withTwo } from './testing.ts';

const workshop = await openWorkshop();
const { started, probe, moduleOf } = workshop;
const test = suite('plugins');

test.after(() => workshop.close());

test('nothing is compiled at the start, a module is at its first call, and let go when it is idle', async () => {
  const metrics = createMetrics();
  const count = async () => /flux_host_plugin_modules (\d+)/.exec((await metrics.expose()).text)?.[1];
  const plugins = await probe({}, { metrics, idleMs: 1000 });
  assert.is(plugins.find('builder', 'probe')?.manifest.name, 'probe');
  assert.is(await count(), '0');
  await plugins.call(use('echo'));
  assert.is(await count(), '1');
  let now: string | undefined;
  await until(() => {
    void count().then((value) => {
      now = value;
    });
    return now === '0';
  });
  assert.equal((await plugins.call(use('echo', { a: 1 }))).output, { a: 1 }, 'it is back when it is called');
});

test('the answer says which module gave it', async () => {
  const plugins = await probe({});
  const { digest } = await plugins.call(use('echo'));
  assert.is(digest, plugins.find('builder', 'probe')?.digest);
});

test('a plugin that is not there is named with those that are', async () => {
  const plugins = await probe({});
  const error = await rejection(plugins.call({ ...use('build'), type: 'nope' }), 'FLUX_E_PLUGIN_MISSING');
  assert.match(error.text, /no plugin for builder "nope".*installed are: probe/);
});

test('a config that does not fit is refused before the plugin is called', async () => {
  const provides = [{ kind: 'builder' as const, type: 'probe', config: { type: 'object', required: ['x'] } }];
  const plugins = await started({ files: { 'a.wasm': await textPlugin('', { provides }) } });
  await rejection(plugins.call(use('build', {}, { config: {} })), 'FLUX_E_PLUGIN_CONFIG');
  await plugins.call(use('build', {}, { config: { x: 1 } }));
});

test('namespaces, suspension and a missing module refuse calls, each in its own words', async () => {
  const files = { 'a.wasm': await textPlugin('') };
  const plugins = await started({ files });
  const module = await moduleOf(files['a.wasm']);
  const allowsNamespace = (namespace: string) => namespace === 'apps';
  plugins.install(installable(plugins, { allowsNamespace }, { module }));
  await plugins.call(use('build'));
  const denied = await rejection(
    plugins.call({ ...use('build'), namespace: 'evil' }),
    'FLUX_E_PLUGIN_NAMESPACE',
  );
  assert.match(denied.text, /namespace evil may not use plugin probe/);
  plugins.suspend('probe', true);
  await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_SUSPENDED');
  plugins.suspend('probe', false);
  plugins.install(installable(plugins, {}));
  await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_UNAVAILABLE');
  plugins.uninstall('probe');
  await plugins.call(use('build'));
});

test('a namespace whose calls hang is not called for a while, others go on', async () => {
  const hang = '(if (i32.const 1) (then (loop br 0)))';
  const { plugins, old } = await withTwo(workshop, [hang, well], { breaker: { threshold: 2, firstMs: 300 } });
  for (let count = 0; count < 2; count += 1)
    await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_TIMEOUT');
  const error = await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_BROKEN');
  assert.match(error.message, /for namespace apps until.*did not finish "build"/);
  await rejection(plugins.call({ ...use('build'), namespace: 'b' }), 'FLUX_E_PLUGIN_TIMEOUT');
  const { circuits, digest, failures } = plugins.state('probe');
  assert.equal(
    circuits.map(({ namespace }) => namespace),
    ['apps'],
  );
  assert.is(digest, old.digest);
  assert.is(failures, 3, 'what was refused was not called');
});

test('a server that does not answer is not the fault of the plugin', async () => {
  const silent = await tcpServer(() => {});
  const requests: PluginRequests = { network: ['$address'], capabilities: ['http'], timeout: '300ms' };
  const plugins = await probe(requests, { breaker: { threshold: 1 } });
  const call = use('get', { url: `http://${silent.address}/` }, { address: `http://${silent.address}` });
  for (let count = 0; count < 2; count += 1) {
    const error = await rejection(plugins.call(call), 'FLUX_E_PLUGIN_TIMEOUT');
    assert.match(error.text, /waiting for the network/);
  }
  await silent.close();
});

test('a file that was changed under the host is not used', async () => {
  const bytes = await textPlugin('');
  const plugins = await started({ files: { 'a.wasm': bytes } });
  const module = await moduleOf(bytes);
  plugins.install(installable(plugins, {}, { module }));
  writeFileSync(module.file, await textPlugin('', { version: '6.6.6' }));
  const error = await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_LOAD');
  assert.match(error.text, /was changed while the host runs/);
});

test.run();
