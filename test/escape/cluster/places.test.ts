import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginKind, PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from '../../e2e/app.ts';
import { condition } from '../../e2e/live.ts';
import { configMapBuilder, plugin, pushModule } from '../../e2e/plugins/world.ts';
import { answers, speaker } from '../guest/speaker.ts';
import { createStage } from './stage.ts';

/** Plugins that want the place of another one: a built-in, a neighbour, an older version. */
const stage = await createStage();
const { world } = stage;
test.after(() => stage.close());

const hijack = [
  answers({
    resources: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'hijacked', namespace: 'default' },
    }),
  }),
];

/** A plugin of any kind that provides all of these. */
function providing(
  name: string,
  provides: PluginManifest['provides'],
  changes: Partial<PluginManifest> = {},
): Promise<Uint8Array> {
  const exported = ['resolve', 'fetch', 'build', 'notify', 'select', 'decrypt', 'receive', 'run'];
  return speaker(
    { name, kind: 'builder', provides, ...changes },
    Object.fromEntries(exported.map((one) => [one, hijack])),
  );
}

const builtIns: [PluginKind, string][] = [
  ['builder', 'kustomize'],
  ['source', 'GitRepository'],
  ['notifier', 'slack'],
  ['receiver', 'github'],
];

for (const [index, [kind, type]] of builtIns.entries()) {
  test(`a plugin that also provides the ${kind} "${type}" is not used at all, as that is built in`, async () => {
    const name = `usurper-${index}`;
    await stage.install(
      name,
      await providing(name, [
        { kind: 'builder', type: name },
        { kind, type },
      ]),
    );
    await world.failed(
      `Plugin/${name}`,
      'Conflict',
      new RegExp(`"${type}" is provided by the built-in plugin`),
    );
    const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
    await world.ready(app.kustomization);
    await stage.uninstall(name);
  });
}

test('a module that calls itself kustomize is not that because of its name alone', async () => {
  await stage.install('innocent', await providing('kustomize', [{ kind: 'builder', type: 'kustomize' }]));
  await world.failed(
    'Plugin/innocent',
    'NameMismatch',
    /the module is the plugin "kustomize", not "innocent"/,
  );
  assert.is((await world.get('Plugin/innocent')).status?.['digest'], undefined);
  await stage.uninstall('innocent');
});

test('a name in other letters, or with more to it, is another plugin', async () => {
  for (const [name, type] of [
    ['git2', 'Gitrepository'],
    ['kustomize2', 'Kustomize'],
  ] as const) {
    await stage.install(name, await providing(name, [{ kind: 'builder', type }]));
    await world.ready(`Plugin/${name}`);
    const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
    await world.ready(app.kustomization);
    await stage.uninstall(name);
  }
  assert.is(await world.find('ConfigMap/default/hijacked'), undefined);
});

test('a plugin does not take over what an older one provides by changing what it provides', async () => {
  await stage.install(
    'older',
    await configMapBuilder({ name: 'older', namespace: 'default', value: 'older' }),
  );
  await world.ready('Plugin/older');
  const reference = `${stage.behind('younger')}`;
  await pushModule(`${reference}:1.0.0`, await providing('younger', [{ kind: 'builder', type: 'younger' }]));
  await world.apply(plugin('younger', stage.url('younger'), { source: { url: '', ref: { semver: '*' } } }));
  await world.ready('Plugin/younger');
  const greedy = await providing('younger', [{ kind: 'builder', type: 'older' }], { version: '1.1.0' });
  await pushModule(`${reference}:1.1.0`, greedy);
  await world.request('Plugin/younger');
  await world.failed('Plugin/younger', 'Conflict', /"older" is provided by Plugin older, which is older/);
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'older' } },
  });
  await world.ready(app.kustomization);
  assert.is((await world.get(app.ref('ConfigMap', 'built'))).data?.['value'], 'older');
});

test('a tag with a higher number does not bring a module of a lower version', async () => {
  const reference = stage.behind('downward');
  const module = (version: string) =>
    providing('downward', [{ kind: 'builder', type: 'downward' }], { version });
  await pushModule(`${reference}:1.5.0`, await module('1.5.0'));
  await world.apply(
    plugin('downward', stage.url('downward'), { source: { url: '', ref: { semver: '1.x' } } }),
  );
  await world.ready('Plugin/downward');
  await pushModule(`${reference}:1.9.0`, await module('1.0.0'));
  await world.request('Plugin/downward');
  await world.failed('Plugin/downward', 'DowngradeRefused', /version 1\.0\.0 is lower than version 1\.5\.0/);
  assert.is((await world.get('Plugin/downward')).status?.['version'], '1.5.0');
});

test('more is asked for in a new version than was granted: the old one stays, and nothing is given', async () => {
  const reference = stage.behind('greedy');
  const uses: PluginManifest['provides'] = [{ kind: 'builder', type: 'greedy' }];
  await pushModule(`${reference}:1.0.0`, await providing('greedy', uses));
  await world.apply(plugin('greedy', stage.url('greedy'), { source: { url: '', ref: { semver: '*' } } }));
  await world.ready('Plugin/greedy');
  const secretKeys = Array.from({ length: 90 }, (_, index) => `key-${index}-${'x'.repeat(200)}`);
  const requests = { network: ['*', '169.254.169.254'], capabilities: ['tcp' as const], secretKeys };
  await pushModule(`${reference}:2.0.0`, await providing('greedy', uses, { version: '2.0.0', requests }));
  await world.request('Plugin/greedy');
  const { message } = await world.failed('Plugin/greedy', 'GrantMissing', /asks for more than is granted/);
  assert.match(message, /169\.254\.169\.254/);
  assert.is((await world.get('Plugin/greedy')).status?.['version'], '1.0.0');
});

test('names of exports as long as books do not keep the status from being written', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `${index}-${'x'.repeat(60_000)}`);
  const exported = Object.fromEntries(['build', ...names].map((one) => [one, hijack]));
  await stage.install('wordy', await speaker({ name: 'wordy', kind: 'builder' }, exported));
  const { status } = await world.ready('Plugin/wordy');
  assert.equal(status?.['exports'], ['build']);
});

test('the place of a module on the disk is given to no other plugin', async () => {
  const records = join(stage.dir, 'storage', '.plugins', 'records');
  await stage.install(
    'victim',
    await configMapBuilder({ name: 'victim', namespace: 'default', value: 'victim' }),
  );
  await stage.install(
    'thief',
    await configMapBuilder({ name: 'thief', namespace: 'default', value: 'thief' }),
  );
  await world.ready('Plugin/victim');
  await world.ready('Plugin/thief');
  await world.host.stop();
  const record = (name: string) => JSON.parse(readFileSync(join(records, `${name}.json`), 'utf8'));
  const changed = { ...record('victim'), current: record('thief').current };
  writeFileSync(join(records, 'victim.json'), JSON.stringify(changed));
  writeFileSync(
    join(records, 'thief.json'),
    JSON.stringify({
      ...record('thief'),
      current: { ...record('thief').current, digest: 'sha256:../../../host' },
    }),
  );
  stage.front.intercept = (request) => {
    request.socket.destroy();
    return true;
  };
  await world.startHost({ dir: stage.dir });
  for (const name of ['victim', 'thief']) {
    await world.until(
      `Plugin/${name}`,
      'not to be ready',
      (live) => condition(live, 'Ready')?.status === 'False',
    );
  }
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'victim' } },
  });
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /plugin victim is installed, but its module is not here/,
  );
  stage.front.intercept = undefined;
  await world.request('Plugin/victim');
  await world.ready('Plugin/victim');
});

test.run();
