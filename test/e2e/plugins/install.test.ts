import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRegistry } from '../../helpers/registry.ts';
import { type App, configMap, createApp, kustomization } from '../app.ts';
import { createWorld } from '../harness.ts';
import { condition } from '../live.ts';
import { closeRegistryClient, configMapBuilder, plugin, pushModule } from './world.ts';

const login = { kind: 'basic', username: 'joe', password: 's3cret-pass' } as const;
const [world, registry, closed] = await Promise.all([
  createWorld(),
  startRegistry(),
  startRegistry({ auth: login }),
]);
let app: App;

const url = (name: string) => `oci://${registry.address}/plugins/${name}`;
const plugins = 'Plugin/maps';

test.before(async () => {
  app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'maps' } },
  });
});
test.after(async () => {
  await world.close();
  await Promise.all([registry.stop(), closed.stop()]);
  await closeRegistryClient();
});

/** Pushes a version of the builder `maps`. */
async function push(version: string, value: string, tag = version): Promise<string> {
  const module = await configMapBuilder({ name: 'maps', namespace: app.namespace, value }, { version });
  return pushModule(`${url('maps')}:${tag}`, module);
}

async function builds(value: string): Promise<void> {
  await world.until(app.ref('ConfigMap', 'built'), `to hold ${value}`, (object) => {
    const data = object['data'];
    return typeof data === 'object' && data !== null && 'value' in data && data.value === value;
  });
}

test('a Kustomization waits for its builder, and goes on by itself once that is installed', async () => {
  await world.failed(app.kustomization, 'BuildFailed', /no plugin for builder "maps" is installed/);
  const digest = await push('1.0.0', 'first');
  await world.apply(plugin('maps', url('maps'), { source: { url: '', ref: { semver: '1.x' } } }));
  const { status } = await world.ready(plugins);
  await builds('first');
  await world.ready(app.kustomization);
  assert.is(status?.['version'], '1.0.0');
  assert.is(status?.['revision'], `1.0.0@${digest}`);
  assert.is(status?.['contract'], 'plugin.flux-host/v1');
  assert.equal(status?.['provides'], [{ kind: 'builder', type: 'maps' }]);
  assert.equal(status?.['exports'], ['build']);
  assert.match(String(status?.['digest']), /^sha256:[0-9a-f]{64}$/);
  assert.ok(Number(status?.['size']) > 100);
});

test('what happened is told as an event', async () => {
  await world.eventually({ what: 'an event' }, async () =>
    (await world.events(plugins)).some(
      ({ reason, message }) =>
        reason === 'Succeeded' && /installed version 1\.0\.0 from/.test(String(message)),
    ),
  );
});

test('a new version in the range takes over on request, and what it builds is applied', async () => {
  await push('1.1.0', 'second');
  await push('2.0.0', 'too new');
  await world.request(plugins);
  await builds('second');
  await world.until(plugins, 'to show the version', ({ status }) => status?.['version'] === '1.1.0');
});

test('a tag that moves is followed', async () => {
  await world.patch(plugins, {
    spec: { source: { ref: { semver: null, semverFilter: null, tag: 'edge' } } },
  });
  await push('1.2.0', 'edge one', 'edge');
  await world.request(plugins);
  await builds('edge one');
  await push('1.2.1', 'edge two', 'edge');
  await world.request(plugins);
  await builds('edge two');
});

test('a digest pins the version', async () => {
  const digest = await push('1.3.0', 'pinned', 'pinned');
  await push('1.3.1', 'moved', 'pinned');
  await world.patch(plugins, { spec: { source: { ref: { tag: 'pinned', digest } } } });
  await builds('pinned');
  const { status } = await world.ready(plugins);
  assert.is(status?.['revision'], digest);
});

test('a suspended plugin refuses calls, and takes them again afterwards', async () => {
  await world.patch(plugins, { spec: { suspend: true } });
  await world.patch(app.kustomization, { spec: { namePrefix: 'a-' } });
  await world.failed(app.kustomization, 'BuildFailed', /plugin maps is suspended.*spec\.suspend/);
  await world.patch(plugins, { spec: { suspend: false } });
  await world.ready(app.kustomization);
});

test('a namespace that is not allowed is refused, one with the right labels is not', async () => {
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.patch(plugins, {
    spec: { grants: { namespaces: { matchLabels: { 'plugins/maps': 'yes' } } } },
  });
  await world.ready(plugins);
  await world.apply(kustomization(other.namespace, { builder: { plugin: 'maps' }, retryInterval: '1s' }));
  await world.failed(
    other.kustomization,
    'BuildFailed',
    new RegExp(`namespace ${other.namespace} may not use plugin maps`),
  );
  await world.patch(`Namespace/${other.namespace}`, { metadata: { labels: { 'plugins/maps': 'yes' } } });
  await world.ready(other.kustomization);
  await world.patch(plugins, { spec: { grants: null } });
});

test('calls are counted in the status, and failures with the last of them', async () => {
  const { status } = await world.until(
    plugins,
    'to show calls',
    ({ status }) => Number(status?.['calls']) > 0,
    60_000,
  );
  assert.ok(Number(status?.['failures']) <= Number(status?.['calls']));
});

test('a deleted plugin is gone, and who needs it is told', async () => {
  await world.delete(plugins);
  await world.gone(plugins);
  await world.patch(app.kustomization, { spec: { namePrefix: 'b-' } });
  await world.failed(app.kustomization, 'BuildFailed', /no plugin for builder "maps" is installed/);
});

test('a plugin replaces the built-in of its name, and that is back when it goes', async () => {
  const mine = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(mine.kustomization);
  const module = await configMapBuilder(
    { name: 'kustomize', namespace: mine.namespace, value: 'replaced' },
    { version: '9.0.0' },
  );
  await pushModule(`${url('kustomize')}:latest`, module);
  await world.apply(plugin('kustomize', url('kustomize')));
  const object = await world.ready('Plugin/kustomize');
  assert.match(condition(object, 'Ready')?.message ?? '', /in place of the built-in plugin of this name/);
  await world.until(mine.ref('ConfigMap', 'built'), 'to be there', () => true);
  await world.gone(mine.ref('ConfigMap', 'one'));
  await world.delete('Plugin/kustomize');
  await world.until(mine.ref('ConfigMap', 'one'), 'to be back', () => true);
  await world.gone(mine.ref('ConfigMap', 'built'));
});

test('a registry that wants a login gets that of the pull secret, which is looked at anew when it changes', async () => {
  const address = `oci://${closed.address}/plugins/private`;
  const auth = (password: string) =>
    JSON.stringify({ auths: { [closed.address]: { username: login.username, password } } });
  const secret = (password: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: 'pull', namespace: app.namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    stringData: { '.dockerconfigjson': auth(password) },
  });
  const module = await configMapBuilder({ name: 'private', namespace: app.namespace, value: 'x' });
  await pushModule(`${address}:v1`, module, login);
  await world.apply(secret('wrong-password'));
  await world.apply(
    plugin('private', address, {
      source: { url: '', ref: { tag: 'v1' }, secretRef: { name: 'pull', namespace: app.namespace } },
    }),
  );
  const { message } = await world.failed('Plugin/private', 'OCIArtifactPullFailed', /401|unauthori[sz]ed/i);
  assert.not.match(message, /wrong-password/);
  await world.apply(secret(login.password));
  await world.ready('Plugin/private');
});

test.run();
