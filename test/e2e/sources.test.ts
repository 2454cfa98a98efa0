import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, gitRepository, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';
import { digestOf, pathsIn, serve, tarball } from './tarball.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ flags: ['--feature-gates=ExternalArtifact=true'] });
});
test.after(() => world.close());

/** The paths in a source's artifact, as another controller downloads it. */
async function download(ref: string): Promise<string[]> {
  const { artifact } = (await world.get(ref)).status ?? {};
  const answer = await fetch(artifact?.url ?? '');
  assert.is(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.is(artifact?.digest, digestOf(bytes));
  return pathsIn(bytes);
}

test('branch, tag, semver, name and commit choose the commit, and the revision says how', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const { repository } = app;
  await repository.commit({ branch: 'feature', files: { 'feature.yaml': configMap('feature') } });
  const ids = await repository.releases(['v1.0.0', 'v1.2.0', 'v2.0.0']);
  const feature = await repository.resolve('feature');
  const cases: [object, string][] = [
    [{ branch: 'feature', tag: null, semver: null, name: null, commit: null }, `feature@sha1:${feature}`],
    [{ branch: null, tag: 'v1.0.0' }, `v1.0.0@sha1:${ids['v1.0.0']}`],
    [{ tag: null, semver: '1.x' }, `v1.2.0@sha1:${ids['v1.2.0']}`],
    [{ semver: null, name: 'refs/tags/v2.0.0' }, `refs/tags/v2.0.0@sha1:${ids['v2.0.0']}`],
    [{ name: null, commit: ids['v1.0.0'] }, `sha1:${ids['v1.0.0']}`],
    [{ branch: 'main', commit: ids['v1.0.0'] }, `main@sha1:${ids['v1.0.0']}`],
  ];
  for (const [ref, revision] of cases) {
    await world.patch(app.source, { spec: { ref } });
    await world.until(
      app.source,
      `to be at ${revision}`,
      ({ status, metadata }) =>
        status?.artifact?.revision === revision && status.observedGeneration === metadata.generation,
    );
  }
});

test('ignored files are not in the artifact: defaults, .sourceignore and spec.ignore', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'logo.png': 'x', 'docs/a.md': 'a', '.github/x.yaml': 'x' },
    sourceOnly: true,
  });
  await world.ready(app.source);
  assert.equal(await download(app.source), ['docs/a.md', 'one.yaml']);
  await app.push({ files: { '.sourceignore': 'docs/\n' } });
  await world.ready(app.source, await app.revision());
  assert.not((await download(app.source)).includes('docs/a.md'));
  await world.patch(app.source, { spec: { ignore: '/*\n!/docs\n' } });
  await world.until(
    app.source,
    'to observe the ignore',
    ({ status }) => status?.['observedIgnore'] === '/*\n!/docs\n',
  );
  const names = await download(app.source);
  assert.not(names.includes('one.yaml'));
});

test('sparse checkout leaves the other folders out', async () => {
  const app = await createApp(world, {
    files: { 'a/one.yaml': configMap('one'), 'b/two.yaml': configMap('two') },
    source: { sparseCheckout: ['a'] },
    sourceOnly: true,
  });
  const source = await world.ready(app.source);
  assert.equal(await download(app.source), ['a/one.yaml']);
  assert.equal(source.status?.['observedSparseCheckout'], ['a']);
});

test('an included repository is in the artifact, and a commit to it makes a new one', async () => {
  const outer = await createApp(world, { files: { 'outer.yaml': configMap('outer') }, sourceOnly: true });
  const inner = await world.git.createRepository(`inner-${outer.namespace}`, {
    'deep/inner.yaml': configMap('inner'),
  });
  await world.patch(outer.source, {
    spec: { include: [{ repository: { name: 'inner' }, fromPath: 'deep', toPath: 'shared' }] },
  });
  await world.failed(outer.source, 'NotFound', /include 'inner'/);
  await world.apply(gitRepository(outer.namespace, { name: 'inner', url: inner.url }));
  const first = await world.ready(outer.source);
  assert.equal(await download(outer.source), ['outer.yaml', 'shared/inner.yaml']);
  await inner.commit({ files: { 'deep/more.yaml': configMap('more') } });
  await world.request(outer.ref('GitRepository', 'inner'));
  await world.until(
    outer.source,
    'to be stored anew',
    ({ status }) => status?.artifact?.digest !== first.status?.artifact?.digest,
  );
  assert.ok((await download(outer.source)).includes('shared/more.yaml'));
});

test('superseded artifacts are collected, and a deleted repository leaves nothing in the store', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const { status } = await world.ready(app.source);
  const file = join(world.host.dir, 'storage', status?.artifact?.path ?? '');
  assert.ok(existsSync(file));
  await world.delete(app.source);
  await world.gone(app.source);
  assert.not(existsSync(file));
});

test('an ExternalArtifact of another controller is applied, and refused when its digest is wrong', async () => {
  const tar = tarball({ 'one.yaml': configMap('external') });
  const server = await serve(tar);
  const namespace = await world.cluster.namespace('external');
  const ref = `ExternalArtifact/${namespace}/app`;
  const digest = digestOf(tar);
  const artifact = (changes: object) => ({
    status: {
      conditions: [],
      artifact: {
        digest,
        revision: 'latest@sha256:1',
        path: 'x.tar.gz',
        url: server.url,
        lastUpdateTime: '2026-01-01T00:00:00Z',
        metadata: { 'org.opencontainers.image.revision': 'main@sha1:abc' },
        ...changes,
      },
    },
  });
  try {
    await world.apply({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'ExternalArtifact',
      metadata: { name: 'app', namespace },
    });
    await world.patch(ref, artifact({ digest: `sha256:${'0'.repeat(64)}` }), 'status');
    await world.apply(
      kustomization(namespace, { sourceRef: { kind: 'ExternalArtifact', name: 'app' }, retryInterval: '1s' }),
    );
    await world.failed(`Kustomization/${namespace}/app`, 'ArtifactFailed', /digest/);
    await world.patch(ref, artifact({}), 'status');
    const ready = await world.ready(`Kustomization/${namespace}/app`, 'latest@sha256:1');
    assert.is(ready.status?.lastAppliedOriginRevision, 'main@sha1:abc');
    assert.ok(await world.find(`ConfigMap/${namespace}/external`));
    await world.patch(ref, artifact({ revision: 'latest@sha256:2' }), 'status');
    await world.ready(`Kustomization/${namespace}/app`, 'latest@sha256:2');
  } finally {
    server.close();
  }
});

test('a Bucket that another controller stored is applied from its URL', async () => {
  const tar = tarball({ 'deploy/one.yaml': configMap('bucket') });
  const server = await serve(tar);
  const namespace = await world.cluster.namespace('bucket');
  try {
    await world.apply({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'Bucket',
      metadata: { name: 'app', namespace },
      spec: { interval: '1h', endpoint: 'minio.example.com', bucketName: 'app' },
    });
    await world.apply(
      kustomization(namespace, { path: './deploy', sourceRef: { kind: 'Bucket', name: 'app' } }),
    );
    await world.failed(`Kustomization/${namespace}/app`, 'ArtifactFailed', /Source artifact not found/);
    const artifact = {
      digest: digestOf(tar),
      revision: 'sha256:1',
      path: 'x.tar.gz',
      url: server.url,
      lastUpdateTime: '2026-01-01T00:00:00Z',
    };
    await world.patch(`Bucket/${namespace}/app`, { status: { artifact } }, 'status');
    await world.ready(`Kustomization/${namespace}/app`, 'sha256:1');
    assert.ok(await world.find(`ConfigMap/${namespace}/bucket`));
  } finally {
    server.close();
  }
});

test('an artifact that was damaged on disk is fetched again', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const { status } = await world.ready(app.source);
  await writeFile(join(world.host.dir, 'storage', status?.artifact?.path ?? ''), 'rubbish');
  const requested = await world.request(app.source);
  await world.until(app.source, 'to answer', (object) => object.status?.lastHandledReconcileAt === requested);
  const repaired = await world.ready(app.source);
  assert.is(condition(repaired, 'ArtifactInStorage')?.status, 'True');
  assert.ok((await download(app.source)).includes('one.yaml'));
});

test.run();
