import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { at, condition } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** How a manifest refers to a variable. */
const variable = (expression: string) => `$\{${expression}}`;
const kustomizationFile = (...resources: string[]) => JSON.stringify({ resources });

test('target namespace, prefix, suffix, patches, images and common metadata reach the objects', async () => {
  const target = await world.cluster.namespace('target');
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web'), 'settings.yaml': configMap('settings') },
    spec: {
      targetNamespace: target,
      namePrefix: 'pre-',
      nameSuffix: '-post',
      images: [{ name: 'example.com/app', newName: 'mirror.example.com/app', newTag: '2.0.0' }],
      commonMetadata: { labels: { team: 'blue' }, annotations: { 'example.com/note': 'hello' } },
      patches: [{ target: { kind: 'ConfigMap' }, patch: '- op: add\n  path: /data/added\n  value: "yes"\n' }],
    },
  });
  const ready = await world.ready(app.kustomization, await app.revision());
  const web = await world.get(`Deployment/${target}/pre-web-post`);
  assert.is(at(web, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'mirror.example.com/app:2.0.0');
  assert.is(web.metadata.labels?.['team'], 'blue');
  assert.is(web.metadata.annotations?.['example.com/note'], 'hello');
  const settings = await world.get(`ConfigMap/${target}/pre-settings-post`);
  assert.equal(settings.data, { key: 'value', added: 'yes' });
  assert.ok(
    ready.status?.inventory?.entries.some(({ id }) => id === `${target}_pre-web-post_apps_Deployment`),
  );
});

test('components are added, and a missing one is skipped only if that is allowed', async () => {
  const component = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    patches: [
      { target: { kind: 'ConfigMap' }, patch: '- op: add\n  path: /data/component\n  value: here\n' },
    ],
  };
  const app = await createApp(world, {
    files: {
      'app/one.yaml': configMap('one'),
      'components/extra/kustomization.yaml': JSON.stringify(component),
    },
    spec: { path: './app', components: ['../components/extra', '../components/none'] },
  });
  await world.failed(app.kustomization, 'BuildFailed', /components\/none/);
  await world.patch(app.kustomization, { spec: { ignoreMissingComponents: true } });
  await world.ready(app.kustomization, await app.revision());
  assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['component'], 'here');
});

test('a kustomization.yaml decides what is applied; without one every manifest below the path is', async () => {
  const app = await createApp(world, {
    files: {
      'chosen/kustomization.yaml': kustomizationFile('in.yaml'),
      'chosen/in.yaml': configMap('in'),
      'chosen/out.yaml': configMap('out'),
      'all/one.yaml': configMap('one'),
      'all/deep/er/two.yml': configMap('two'),
      'all/notes.txt': 'not yaml: [',
    },
    spec: { path: './chosen' },
  });
  await world.ready(app.kustomization);
  assert.is(await world.find(app.ref('ConfigMap', 'out')), undefined);
  await world.apply(kustomization(app.namespace, { name: 'all', path: './all' }));
  await world.ready(app.ref('Kustomization', 'all'));
  assert.ok(await world.find(app.ref('ConfigMap', 'in')));
  assert.ok(await world.find(app.ref('ConfigMap', 'one')));
  assert.ok(await world.find(app.ref('ConfigMap', 'two')));
});

test('variables are filled in: inline wins over Secret, Secret over ConfigMap, defaults are last', async () => {
  const app = await createApp(world, {
    files: {
      'one.yaml': configMap('one', {
        inline: variable('INLINE'),
        secret: variable('SECRET'),
        map: variable('MAP'),
        fallback: variable('NONE:=default'),
        escaped: `$${variable('LITERAL')}`,
      }),
    },
    sourceOnly: true,
  });
  await world.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vars', namespace: app.namespace },
      data: { MAP: 'map', SECRET: 'map', INLINE: 'map' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vars', namespace: app.namespace },
      stringData: { SECRET: 'secret', INLINE: 'secret' },
    },
    kustomization(app.namespace, {
      postBuild: {
        substitute: { INLINE: 'inline' },
        substituteFrom: [
          { kind: 'ConfigMap', name: 'vars' },
          { kind: 'Secret', name: 'vars' },
        ],
      },
    }),
  );
  await world.ready(app.kustomization);
  assert.equal((await world.get(app.ref('ConfigMap', 'one'))).data, {
    inline: 'inline',
    secret: 'secret',
    map: 'map',
    fallback: 'default',
    escaped: variable('LITERAL'),
  });
});

test('a missing ConfigMap of variables is named, an optional one is not needed, an unset variable is', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { key: variable('NAME') }) },
    spec: { retryInterval: '1s', postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] } },
  });
  const failure = await world.failed(app.kustomization, 'BuildFailed', /ConfigMap\/vars/);
  assert.match(failure.message, new RegExp(`create ConfigMap vars in namespace ${app.namespace}`));
  await world.patch(app.kustomization, {
    spec: {
      postBuild: {
        substitute: { OTHER: 'x' },
        substituteFrom: [{ kind: 'ConfigMap', name: 'vars', optional: true }],
      },
    },
  });
  await world.failed(app.kustomization, 'BuildFailed', /strict mode.*NAME/);
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'vars', namespace: app.namespace },
    data: { NAME: 'here' },
  });
  await world.ready(app.kustomization);
  assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['key'], 'here');
});

test('objects with substitute: disabled keep their variables', async () => {
  const labelled = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'raw', annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
    data: { key: variable('NAME') },
  };
  const app = await createApp(world, {
    files: { 'raw.yaml': JSON.stringify(labelled), 'one.yaml': configMap('one', { key: variable('NAME') }) },
    spec: { postBuild: { substitute: { NAME: 'x' } } },
  });
  await world.ready(app.kustomization);
  assert.is((await world.get(app.ref('ConfigMap', 'raw'))).data?.['key'], variable('NAME'));
  assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['key'], 'x');
});

for (const kind of ['ConfigMap', 'Secret'] as const) {
  test(`a change of a watched ${kind} of variables rolls out at once`, async () => {
    const app = await createApp(world, {
      files: { 'one.yaml': configMap('one', { key: variable('NAME') }) },
      sourceOnly: true,
    });
    const variables = (value: string) => ({
      apiVersion: 'v1',
      kind,
      metadata: {
        name: 'vars',
        namespace: app.namespace,
        labels: { 'reconcile.fluxcd.io/watch': 'Enabled' },
      },
      [kind === 'Secret' ? 'stringData' : 'data']: { NAME: value },
    });
    await world.apply(
      variables('first'),
      kustomization(app.namespace, { postBuild: { substituteFrom: [{ kind, name: 'vars' }] } }),
    );
    await world.ready(app.kustomization);
    await world.apply(variables('second'));
    await world.until(
      app.ref('ConfigMap', 'one'),
      'to have the new value',
      ({ data }) => data?.['key'] === 'second',
    );
  });
}

test('an empty folder is applied as nothing, and the objects of before are pruned', async () => {
  const app = await createApp(world, {
    files: { 'apps/one.yaml': configMap('one'), 'apps/readme.md': 'hello' },
    spec: { path: './apps' },
  });
  await world.ready(app.kustomization, await app.revision());
  const revision = await app.push({ remove: ['apps/one.yaml'] });
  const ready = await world.ready(app.kustomization, revision);
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
  assert.equal(ready.status?.inventory?.entries ?? [], []);
});

test('a change of the spec is built again without a new commit', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const before = await world.ready(app.kustomization);
  await world.patch(app.kustomization, { spec: { namePrefix: 'new-' } });
  const after = await world.until(
    app.kustomization,
    'to be ready for its new generation',
    (object) => object.status?.observedGeneration === (before.metadata.generation ?? 0) + 1,
  );
  assert.is(condition(after, 'Ready')?.status, 'True');
  assert.ok(await world.find(app.ref('ConfigMap', 'new-one')));
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
});

test.run();
