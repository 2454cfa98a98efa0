import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';
import { pathsIn } from '../tarball.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ flags: ['--feature-gates=ExternalArtifact=true'] });
});
test.after(() => world?.close());

type Spec = ArtifactGenerator['spec'];

const ref = (app: App) => `ArtifactGenerator/${app.namespace}/gen`;
const output = (app: App, name: string) => `ExternalArtifact/${app.namespace}/${name}`;

async function generator(app: App, spec: Partial<Spec> & Pick<Spec, 'artifacts'>): Promise<void> {
  await world.apply({
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    metadata: { name: 'gen', namespace: app.namespace },
    spec: { sources: [{ alias: 'repo', kind: 'GitRepository', name: 'app' }], ...spec },
  });
}

/** The status of this kind has no generation of its own: that of the condition counts. */
async function made(app: App, what = 'to have made its artifacts'): Promise<Live> {
  return world.until(ref(app), what, (object) => {
    const ready = condition(object, 'Ready');
    return ready?.status === 'True' && ready.observedGeneration === object.metadata.generation;
  });
}

async function files(app: App, name: string): Promise<string[]> {
  const { artifact } = (await world.get(output(app, name))).status ?? {};
  const answer = await fetch(artifact?.url ?? '');
  assert.is(answer.status, 200);
  return pathsIn(Buffer.from(await answer.arrayBuffer())).sort();
}

const names = (object: Live) => {
  const { inventory } = object.status ?? {};
  return Array.isArray(inventory) ? inventory.map((entry) => String(entry.name)) : [];
};

test('parts of a repository become artifacts of their own, and a Kustomization applies one', async () => {
  const app = await createApp(world, {
    files: {
      'apps/web/web.yaml': configMap('web'),
      'apps/api/api.yaml': configMap('api'),
      'apps/api/README.md': 'x',
      'base/base.yaml': configMap('base'),
    },
    sourceOnly: true,
  });
  await generator(app, {
    artifacts: [
      {
        name: 'web',
        originRevision: '@repo',
        copy: [
          { from: '@repo/apps/web/**', to: '@artifact/' },
          { from: '@repo/base', to: '@artifact/' },
        ],
      },
      {
        name: 'api',
        revision: '@repo',
        copy: [{ from: '@repo/apps/api', to: '@artifact/x/', exclude: ['*.md'] }],
      },
    ],
    commonMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
  });
  await world.apply(
    kustomization(app.namespace, { sourceRef: { kind: 'ExternalArtifact', name: 'web' }, path: './' }),
  );
  const generated = await made(app);
  assert.is(condition(generated, 'Ready')?.message, 'reconciliation succeeded, generated 2 artifact(s)');
  assert.equal(names(generated), ['web', 'api']);
  assert.match(String(generated.status?.['observedSourcesDigest']), /^sha256:[0-9a-f]{64}$/);
  assert.equal(generated.metadata.finalizers, ['source.extensions.fluxcd.io/finalizer']);
  assert.equal(await files(app, 'web'), ['base/base.yaml', 'web.yaml']);
  assert.equal(await files(app, 'api'), ['x/api/api.yaml']);
  const web = await world.get(output(app, 'web'));
  assert.is(web.metadata.labels?.['app.kubernetes.io/managed-by'], 'source-watcher');
  assert.is(web.metadata.labels?.['source.extensions.fluxcd.io/generator'], generated.metadata.uid);
  assert.is(web.metadata.labels?.['team'], 'a');
  assert.is(web.metadata.annotations?.['note'], 'b');
  assert.is(web.status?.artifact?.revision, `latest@${web.status?.artifact?.digest}`);
  const api = await world.get(output(app, 'api'));
  assert.is(api.status?.artifact?.revision, await app.revision());
  await world.ready(app.kustomization);
  const applied = await world.get(app.kustomization);
  assert.is(applied.status?.lastAppliedOriginRevision, await app.revision());
  await world.get(app.ref('ConfigMap', 'web'));
});

test('a commit makes those artifacts anew whose files it touches, and what is no longer wanted is gone', async () => {
  const app = await createApp(world, {
    files: { 'one/one.yaml': configMap('one'), 'two/two.yaml': configMap('two') },
    sourceOnly: true,
  });
  const artifacts = ['one', 'two'].map((name) => ({
    name,
    copy: [{ from: `@repo/${name}/`, to: '@artifact/' }],
  }));
  await generator(app, { artifacts });
  await made(app);
  const [one, two] = await Promise.all([world.get(output(app, 'one')), world.get(output(app, 'two'))]);
  await app.push({ files: { 'two/more.yaml': configMap('more') } });
  await world.until(
    output(app, 'two'),
    'to have another artifact',
    ({ status }) => status?.artifact?.digest !== two.status?.artifact?.digest,
  );
  await made(app);
  assert.is((await world.get(output(app, 'one'))).status?.artifact?.digest, one.status?.artifact?.digest);
  await generator(app, { artifacts: artifacts.slice(0, 1) });
  await world.gone(output(app, 'two'));
  await world.eventually({ what: 'its artifact to be gone' }, async () => {
    const answer = await fetch(two.status?.artifact?.url ?? '');
    await answer.body?.cancel();
    return answer.status === 404;
  });
  await world.delete(output(app, 'one'));
  await world.request(ref(app));
  await world.until(output(app, 'one'), 'to be back', ({ status }) => status?.artifact !== undefined);
  await world.delete(ref(app));
  await world.gone(output(app, 'one'));
});

test('a path pattern makes an artifact of every folder, with labels of what it matched', async () => {
  const app = await createApp(world, {
    files: {
      'apps/Web/envs/prod/a.yaml': configMap('a'),
      'apps/Web/envs/dev/b.yaml': configMap('b'),
      'apps/api/envs/prod/c.yaml': configMap('c'),
      'apps/api/other/d.yaml': configMap('d'),
    },
    sourceOnly: true,
  });
  await generator(app, {
    pathPattern: '@repo/apps/{app}/envs/{env}',
    artifacts: [
      { name: '{app}-{env}', copy: [{ from: '@repo/apps/{app}/envs/{env}/**', to: '@artifact/{env}/' }] },
    ],
  });
  const generated = await made(app);
  assert.equal(names(generated).sort(), ['api-prod', 'web-dev', 'web-prod']);
  assert.equal(await files(app, 'web-prod'), ['prod/a.yaml']);
  const { labels } = (await world.get(output(app, 'web-prod'))).metadata;
  assert.is(labels?.['app'], 'web');
  assert.is(labels?.['env'], 'prod');
  await app.push({ files: { 'apps/web/envs/prod/e.yaml': configMap('e') } });
  await world.until(ref(app), 'to stall', (object) => condition(object, 'Stalled')?.status === 'True');
  assert.match(
    condition(await world.get(ref(app)), 'Ready')?.message ?? '',
    /^failed to expand path pattern: .*directories "apps\/Web\/envs\/prod" and "apps\/web\/envs\/prod" both resolve to artifact name "web-prod"/,
  );
});

test('YAML is merged as Helm does, and what cannot be copied is named', async () => {
  const app = await createApp(world, {
    files: {
      'a.yaml': 'image:\n  tag: "1"\n  name: app\nlist: [1, 2]\n',
      'b.yaml': 'image:\n  tag: "2"\nlist: [3]\n',
    },
    sourceOnly: true,
  });
  const copy: Spec['artifacts'][number]['copy'] = [
    { from: '@repo/a.yaml', to: '@artifact/values.yaml' },
    { from: '@repo/b.yaml', to: '@artifact/values.yaml', strategy: 'Merge' },
  ];
  await generator(app, { artifacts: [{ name: 'values', copy }] });
  await made(app);
  assert.equal(await files(app, 'values'), ['values.yaml']);
  const failing: [string, string, RegExp][] = [
    ['@repo/nothing', '@artifact/', /^values build failed: .*source 'nothing' does not exist/],
    ['@repo/*.txt', '@artifact/', /no files match pattern '\*\.txt' in source 'repo'/],
    ['@repo/a.yaml', '@artifact/../../x', /escapes from parent/],
    ['@repo/../x', '@artifact/', /escapes from parent/],
    ['@other/a.yaml', '@artifact/', /source alias 'other' not found/],
  ];
  for (const [from, to, message] of failing) {
    await generator(app, { artifacts: [{ name: 'values', copy: [{ from, to }] }] });
    await world.failed(ref(app), 'BuildFailed', message);
  }
  assert.equal(await files(app, 'values'), ['values.yaml']);
});

test('a source that is missing is waited for, and mistakes in the spec stall', async () => {
  const app = await createApp(world, { files: { 'a.yaml': configMap('a') }, sourceOnly: true });
  const artifacts = [{ name: 'late', copy: [{ from: '@repo/a.yaml', to: '@artifact/' }] }];
  await generator(app, { sources: [{ alias: 'repo', kind: 'GitRepository', name: 'later' }], artifacts });
  await world.failed(ref(app), 'SourceFetchFailed', /get sources failed: .*later.*not found/);
  const sources = [1, 2].map(() => ({ alias: 'repo', kind: 'GitRepository' as const, name: 'app' }));
  await generator(app, { sources, artifacts });
  await world.failed(ref(app), 'ValidationFailed', /^duplicate source alias 'repo' found/);
  assert.is(condition(await world.get(ref(app)), 'Stalled')?.reason, 'ValidationFailed');
  await generator(app, { artifacts });
  const generated = await made(app);
  assert.is(condition(generated, 'Stalled'), undefined);
});

test('an ExternalArtifact of somebody else is not taken over', async () => {
  const app = await createApp(world, { files: { 'a.yaml': configMap('a') }, sourceOnly: true });
  await world.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'ExternalArtifact',
    metadata: { name: 'taken', namespace: app.namespace },
    spec: { sourceRef: { kind: 'Other', name: 'them' } },
  });
  await generator(app, {
    artifacts: [{ name: 'taken', copy: [{ from: '@repo/a.yaml', to: '@artifact/' }] }],
  });
  await world.failed(
    ref(app),
    'ReconciliationFailed',
    /ExternalArtifact taken exists and belongs to Other them/,
  );
});

test.run();
