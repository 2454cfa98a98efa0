import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';

let world: World;
test.before(async () => {
  world = await createWorld({
    flags: [
      '--override-manager=clicker',
      '--custom-apply-stage-kinds=Secret,networking.k8s.io/NetworkPolicy',
      '--watch-configs-label-selector=settings in (live)',
      '--concurrent=1',
      '--concurrent-ssa=1',
    ],
  });
});
test.after(() => world.close());

test('fields of a manager that --override-manager names are taken over, those of others stay', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
  for (const fieldManager of ['clicker', 'friend']) {
    await world.client.apply(
      resource,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'one', namespace: app.namespace },
        data: { [fieldManager]: 'was here' },
      },
      { fieldManager, force: true },
    );
  }
  await world.apply(kustomization(app.namespace));
  await world.ready(app.kustomization);
  assert.equal((await world.get(app.ref('ConfigMap', 'one'))).data, { key: 'value', friend: 'was here' });
});

test('kinds of --custom-apply-stage-kinds are there before what comes after them is looked at', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'first' },
    stringData: { password: 'x' },
  };
  const app = await createApp(world, {
    files: {
      'first.yaml': JSON.stringify(secret),
      // Otherwise before Secrets, and nothing would be applied next to what is refused.
      'refused.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'refused' },
        data: { number: 1 },
      }),
    },
  });
  await world.failed(app.kustomization, 'ReconciliationFailed', /ConfigMap\/.*\/refused dry-run failed/);
  const failed = await world.get(app.kustomization);
  assert.ok(await world.find(app.ref('Secret', 'first')));
  // It was created: the inventory knows it, and knows nothing that was not.
  assert.equal(
    failed.status?.inventory?.entries.map(({ id }) => id),
    [`${app.namespace}_first__Secret`],
  );
  await world.delete(app.kustomization);
  await world.gone(app.ref('Secret', 'first'));
});

test('the label of --watch-configs-label-selector makes a change of variables roll out, another does not', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { text: `$\{text}` }) },
    sourceOnly: true,
  });
  const settings = (text: string, labels: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: app.namespace, labels },
    data: { text },
  });
  const textIs = (text: string) =>
    world.until(app.ref('ConfigMap', 'one'), `to say ${text}`, ({ data }) => data?.['text'] === text);
  const other = { settings: 'dead', 'reconcile.fluxcd.io/watch': 'Enabled' };
  const substituteFrom = [{ kind: 'ConfigMap' as const, name: 'settings' }];
  await world.apply(
    settings('first', other),
    kustomization(app.namespace, { postBuild: { substituteFrom } }),
  );
  await world.ready(app.kustomization);
  await world.apply(settings('second', other));
  // Something that takes as long as the watch would.
  await world.ready((await createApp(world, { files: { 'two.yaml': configMap('two') } })).kustomization);
  await textIs('first');
  await world.apply(settings('third', { settings: 'live' }));
  await textIs('third');
});

test('of the log of changes each object has a field of its own', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization, await app.revision());
  const revision = await app.push({ files: { 'two.yaml': configMap('two') } });
  await world.ready(app.kustomization, revision);
  const lines = (await world.host.logs())
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter((line) => line['msg'] === 'server-side apply completed' && line['namespace'] === app.namespace);
  assert.equal(
    lines.map((line) => line['output']),
    [
      { [`ConfigMap/${app.namespace}/one`]: 'created' },
      { [`ConfigMap/${app.namespace}/one`]: 'unchanged', [`ConfigMap/${app.namespace}/two`]: 'created' },
    ],
  );
});

test('without the gate an ExternalArtifact is refused for good, with the gate in the message', async () => {
  const namespace = await world.cluster.namespace('gate');
  await world.apply(kustomization(namespace, { sourceRef: { kind: 'ExternalArtifact', name: 'app' } }));
  const refused = await world.until(
    `Kustomization/${namespace}/app`,
    'to be refused',
    (object) => condition(object, 'Stalled')?.reason === 'AccessDenied',
  );
  assert.is(
    condition(refused, 'Ready')?.message,
    `can't access 'ExternalArtifact/${namespace}/app', ExternalArtifact feature gate is disabled`,
  );
});

test.run();
