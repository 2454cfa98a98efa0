import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRegistry } from '../../helpers/registry.ts';
import { configMap, createApp, gitRepository, kustomization } from '../app.ts';
import { createWorld } from '../harness.ts';
import { closeRegistryClient, configMapBuilder, plugin, pushModule } from './world.ts';

const key = 'sharding.fluxcd.io/key';
const [world, registry] = await Promise.all([createWorld({ withoutHost: true }), startRegistry()]);
const url = `oci://${registry.address}/plugins/shared`;

test.before(async () => {
  await world.startHost({ flags: [`--watch-label-selector=!${key}`] });
  await world.startHost({ flags: [`--watch-label-selector=${key}=one`] });
});
test.after(async () => {
  await world.close();
  await registry.stop();
  await closeRegistryClient();
});

test('a plugin is installed in every shard, and only the one it belongs to writes its status', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const labels = { [key]: 'one' };
  const source = gitRepository(app.namespace, { name: 'sharded', url: app.repository.url });
  await world.apply({ ...source, metadata: { ...source.metadata, labels } });
  const object = kustomization(app.namespace, {
    name: 'sharded',
    builder: { plugin: 'shared' },
    sourceRef: { kind: 'GitRepository', name: 'sharded' },
  });
  await world.apply({ ...object, metadata: { ...object.metadata, labels } });
  const sharded = app.ref('Kustomization', 'sharded');
  await world.failed(sharded, 'BuildFailed', /no plugin for builder "shared"/);
  const push = async (version: string) => {
    const module = await configMapBuilder(
      { name: 'shared', namespace: app.namespace, value: version },
      { version },
    );
    await pushModule(`${url}:${version}`, module);
  };
  await push('1.0.0');
  await world.apply(plugin('shared', url, { source: { url, ref: { semver: '*' } } }));
  await world.ready('Plugin/shared');
  await world.ready(sharded);

  await push('1.1.0');
  await world.request('Plugin/shared');
  await world.until(
    app.ref('ConfigMap', 'built'),
    'to come from the new version in the shard',
    ({ data }) => data?.['value'] === '1.1.0',
  );
  const { metadata } = await world.get('Plugin/shared');
  const writers = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === 'status');
  assert.is(writers.length, 1);

  await world.delete('Plugin/shared');
  await world.gone('Plugin/shared');
  await world.patch(sharded, { spec: { namePrefix: 'a-' } });
  await world.failed(sharded, 'BuildFailed', /no plugin for builder "shared"/);
});

test.run();
