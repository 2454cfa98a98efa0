import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRegistry } from '../../helpers/registry.ts';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld } from '../harness.ts';
import { closeRegistryClient, configMapBuilder, plugin, pushModule } from './world.ts';

const [world, registry] = await Promise.all([createWorld(), startRegistry()]);
let app: App;

const address = (name: string) => `oci://${registry.address}/plugins/${name}`;

test.before(async () => {
  app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'maps' } },
  });
});
test.after(async () => {
  await world.close();
  await registry.stop();
  await closeRegistryClient();
});

const value = async () => (await world.find(app.ref('ConfigMap', 'built')))?.['data'];

test('a Kustomization waits for its builder, and goes on by itself once that is installed', async () => {
  await world.failed(app.kustomization, 'BuildFailed', /no plugin for builder "maps" is installed/);
  const module = await configMapBuilder({ name: 'maps', namespace: app.namespace, value: 'first' });
  await pushModule(`${address('maps')}:v1`, module);
  await world.apply(plugin('maps', address('maps'), { source: { url: '', ref: { tag: 'v1' } } }));
  const { status } = await world.ready('Plugin/maps');
  await world.ready(app.kustomization);
  assert.equal(await value(), { value: 'first' });
  assert.is(status?.['version'], '1.0.0');
});

test.run();
