import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startChartRepository } from '../../helpers/chart-repository.ts';
import { type ArtifactContent, artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { startS3 } from '../../helpers/storage/s3.ts';
import { tarGzOf } from '../../helpers/tar.ts';
import { configMap, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { contentOf, fileIn } from '../helm/archive.ts';
import { helmChart, helmRepository } from '../helm/objects.ts';
import { condition } from '../live.ts';
import { pathsIn } from '../tarball.ts';
import { ociRepository, secret } from './oci-app.ts';

let world: World;
const [registry, s3, charts] = await Promise.all([startRegistry(), startS3(), startChartRepository()]);
const pusher = artifactPusher(registry.address);
test.before(async () => {
  world = await createWorld({ flags: ['--feature-gates=ExternalArtifact=true'] });
});
test.after(async () => {
  await Promise.all([world.close(), pusher.close()]);
  await Promise.all([registry.stop(), s3.stop(), charts.close()]);
});

type Spec = ArtifactGenerator['spec'];
type Source = Spec['sources'][number];

async function generator(namespace: string, spec: Spec, name = 'gen'): Promise<string> {
  await world.apply({
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    metadata: { name, namespace },
    spec,
  });
  return `ArtifactGenerator/${namespace}/${name}`;
}

const made = (namespace: string, name: string, isWanted: (revision: string) => boolean = () => true) =>
  world.until(`ExternalArtifact/${namespace}/${name}`, 'to be published', ({ status }) =>
    Boolean(status?.artifact && isWanted(status.artifact.revision)),
  );

const extract = (from: string, to: string): Spec['artifacts'][number]['copy'][number] => ({
  from,
  to,
  strategy: 'Extract',
});

let count = 0;
/** An OCIRepository with some content. */
async function ofRegistry(namespace: string, content: ArtifactContent, name = 'oci') {
  count += 1;
  const repository = `input-${count}`;
  await pusher.push(repository, 'latest', content);
  await world.apply(ociRepository(namespace, { name, url: `oci://${registry.address}/${repository}` }));
  await world.ready(`OCIRepository/${namespace}/${name}`);
  return { push: (next: ArtifactContent) => pusher.push(repository, 'latest', next) };
}

async function ofBucket(namespace: string, files: Readonly<Record<string, string>>) {
  count += 1;
  const bucketName = `input-${count}`;
  await s3.createBucket(bucketName);
  for (const [key, content] of Object.entries(files)) await s3.put(bucketName, key, content);
  await world.apply(secret(namespace, 'keys', { accesskey: s3.accesskey, secretkey: s3.secretkey }), {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'bucket', namespace },
    spec: {
      bucketName,
      endpoint: s3.endpoint,
      insecure: true,
      interval: '1h',
      secretRef: { name: 'keys' },
    },
  });
  await world.ready(`Bucket/${namespace}/bucket`);
}

test('a chart, an artifact of a registry, a bucket and a repository are composed into one', async () => {
  await charts.publish('app', '1.0.0');
  const app = await createApp(world, {
    files: { 'prod/values.yaml': 'size:\n  width: 5\n' },
    sourceOnly: true,
  });
  const { namespace } = app;
  await world.apply(helmRepository(namespace, { url: charts.url }), helmChart(namespace, { name: 'chart' }));
  const origin = 'v1.4.0@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872';
  const [oci] = await Promise.all([
    ofRegistry(namespace, {
      files: { 'base/one.yaml': configMap('one') },
      annotations: { 'org.opencontainers.image.revision': origin },
    }),
    ofBucket(namespace, { 'policies/a.yaml': configMap('a'), 'other/b.yaml': configMap('b') }),
    world.ready(`HelmChart/${namespace}/chart`),
  ]);
  const sources: Source[] = [
    { alias: 'chart', kind: 'HelmChart', name: 'chart' },
    { alias: 'oci', kind: 'OCIRepository', name: 'oci' },
    { alias: 'bucket', kind: 'Bucket', name: 'bucket' },
    { alias: 'git', kind: 'GitRepository', name: 'app' },
  ];
  const ref = await generator(namespace, {
    sources,
    artifacts: [
      {
        name: 'composite',
        revision: '@chart',
        originRevision: '@oci',
        copy: [
          { from: '@chart/', to: '@artifact/' },
          { from: '@git/prod/values.yaml', to: '@artifact/app/values.yaml', strategy: 'Merge' },
          { from: '@oci/base/**', to: '@artifact/base/' },
          { from: '@bucket/policies', to: '@artifact/' },
        ],
      },
    ],
  });
  const first = await made(namespace, 'composite');
  const archive = await contentOf(first);
  assert.equal(pathsIn(archive), [
    'app/Chart.yaml',
    'app/templates/configmap.yaml',
    'app/values.yaml',
    'base/one.yaml',
    'policies/a.yaml',
  ]);
  assert.is(fileIn(archive, 'app/values.yaml'), 'colour: red\nsize:\n  height: 2\n  width: 5\n');
  assert.is(first.status?.artifact?.revision, '1.0.0');
  assert.equal(first.status?.artifact?.metadata, { 'org.opencontainers.image.revision': origin });
  // Each of them brings the next one.
  const next = async (bring: () => Promise<unknown>, path: string) => {
    const { digest } = (await made(namespace, 'composite')).status?.artifact ?? {};
    await bring();
    const object = await world.until(
      `ExternalArtifact/${namespace}/composite`,
      `to have ${path}`,
      ({ status }) => status?.artifact?.digest !== digest,
    );
    assert.ok(pathsIn(await contentOf(object)).includes(path));
  };
  await next(async () => {
    await oci.push({ files: { 'base/two.yaml': configMap('two') } });
    await world.request(`OCIRepository/${namespace}/oci`);
  }, 'base/two.yaml');
  await next(async () => {
    await s3.put(`input-${count}`, 'policies/c.yaml', configMap('c'));
    await world.request(`Bucket/${namespace}/bucket`);
  }, 'policies/c.yaml');
  await charts.publish('app', '1.1.0', { 'templates/more.yaml': configMap('more') });
  await world.request(`HelmRepository/${namespace}/charts`);
  const newest = await made(namespace, 'composite', (revision) => revision === '1.1.0');
  assert.ok(pathsIn(await contentOf(newest)).includes('app/templates/more.yaml'));
  assert.is(condition(await world.get(ref), 'Ready')?.status, 'True');
});

test('archives inside of a source are unpacked where they are wanted', async () => {
  const namespace = await world.cluster.namespace('extract');
  const archive = (name: string) => tarGzOf([{ name, content: configMap('x') }]);
  const layers = [
    {
      content: tarGzOf([
        { name: 'packs/one.tar.gz', content: archive('one.yaml') },
        { name: 'packs/deep/two.TGZ', content: archive('dir/two.yaml') },
        { name: 'packs/README.md', content: 'no archive' },
        { name: 'broken.tgz', content: 'no archive' },
        { name: 'hostile.tgz', content: tarGzOf([{ name: '../../evil', content: 'x' }]) },
        { name: 'bomb.tgz', content: tarGzOf([{ name: 'bomb', content: 'x', size: 8_000_000_000 }]) },
        { name: 'packs/dir/plain.yaml', content: configMap('plain') },
      ]),
    },
  ];
  await ofRegistry(namespace, { layers });
  // Flux leaves archives out of artifacts, unless the spec says what is left out.
  await world.patch(`OCIRepository/${namespace}/oci`, { spec: { ignore: '/nothing\n' } });
  const sources: Source[] = [{ alias: 'oci', kind: 'OCIRepository', name: 'oci' }];
  const of = (...copy: Spec['artifacts'][number]['copy']) =>
    generator(namespace, { sources, artifacts: [{ name: 'out', copy }] });
  const ref = await of(extract('@oci/packs/one.tar.gz', '@artifact/here/'));
  const single = await made(namespace, 'out');
  assert.equal(pathsIn(await contentOf(single)), ['here/one.yaml']);
  const { digest } = single.status?.artifact ?? {};
  await of(extract('@oci/packs/**', '@artifact/all/'));
  const all = await world.until(
    `ExternalArtifact/${namespace}/out`,
    'to have all',
    ({ status }) => status?.artifact?.digest !== digest,
  );
  assert.equal(pathsIn(await contentOf(all)), ['all/dir/two.yaml', 'all/one.yaml']);
  const failing: readonly (readonly [string, RegExp])[] = [
    ['@oci/packs/README.md', /extract strategy requires tarball file \(\.tar\.gz or \.tgz\)/],
    ['@oci/packs', /extract strategy is not supported for directories/],
    ['@oci/broken.tgz', /failed to extract tarball 'broken\.tgz'.*gzip/],
    ['@oci/hostile.tgz', /failed to extract tarball 'hostile\.tgz'.*"\.\.\/\.\.\/evil"/],
    ['@oci/bomb.tgz', /failed to extract tarball 'bomb\.tgz'.*is bigger than/],
  ];
  for (const [from, message] of failing) {
    await of(extract(from, '@artifact/'));
    await world.failed(ref, 'BuildFailed', message);
  }
  const { status } = await world.get(`ExternalArtifact/${namespace}/out`);
  assert.is((await fetch(status?.artifact?.url ?? '')).status, 200, 'the last good one is served');
});

test('a monorepo is decomposed, and what comes of it is an input of the next generator', async () => {
  const app = await createApp(world, {
    files: {
      'frontend/deploy/web.yaml': configMap('web'),
      'backend/deploy/api.yaml': configMap('api'),
      'backend/deploy/api_test.yaml': configMap('no'),
      'shared/labels.yaml': configMap('labels'),
    },
    sourceOnly: true,
  });
  const { namespace } = app;
  const part = (name: string) => ({
    name,
    copy: [
      { from: `@repo/${name}/deploy/**`, to: '@artifact/', exclude: ['*_test.yaml'] },
      { from: '@repo/shared', to: '@artifact/' },
    ],
  });
  await generator(namespace, {
    sources: [{ alias: 'repo', kind: 'GitRepository', name: 'app' }],
    artifacts: [part('frontend'), part('backend')],
  });
  await generator(
    namespace,
    {
      sources: [
        { alias: 'back', kind: 'ExternalArtifact', name: 'backend' },
        { alias: 'front', kind: 'ExternalArtifact', name: 'frontend' },
      ],
      artifacts: [
        {
          name: 'both',
          copy: [
            { from: '@front/*.yaml', to: '@artifact/' },
            { from: '@back/api.yaml', to: '@artifact/renamed.yaml' },
          ],
        },
      ],
    },
    'second',
  );
  const first = await made(namespace, 'both');
  assert.equal(pathsIn(await contentOf(first)), ['renamed.yaml', 'web.yaml']);
  await world.apply(
    kustomization(namespace, { sourceRef: { kind: 'ExternalArtifact', name: 'both' }, path: './' }),
  );
  await world.ready(app.kustomization);
  await app.push({ files: { 'backend/deploy/api.yaml': configMap('api', { key: 'changed' }) } });
  await world.until(
    app.ref('ConfigMap', 'api'),
    'to be the new one',
    ({ data }) => data?.['key'] === 'changed',
  );
});

test.run();
