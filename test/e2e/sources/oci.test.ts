import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startFluxCommand } from '../../helpers/flux.ts';
import { artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { tarGzOf } from '../../helpers/tar.ts';
import { configMap, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { digestOf, pathsIn } from '../tarball.ts';
import { ociRepository } from './oci-app.ts';

let world: World;
const [registry, flux] = await Promise.all([startRegistry(), startFluxCommand()]);
const artifacts = artifactPusher(registry.address);
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await world.close();
  await artifacts.close();
  await Promise.all([registry.stop(), flux.close()]);
});

const url = (name: string) => `oci://${registry.address}/${name}`;

/** The paths in a source's artifact, as another controller downloads it. */
async function download(ref: string): Promise<string[]> {
  const { artifact } = (await world.get(ref)).status ?? {};
  const answer = await fetch(artifact?.url ?? '');
  assert.is(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.is(artifact?.digest, digestOf(bytes));
  return pathsIn(bytes);
}

test('what is pushed under a tag is applied, and so is what is pushed next', async () => {
  const namespace = await world.cluster.namespace('oci');
  const ref = `OCIRepository/${namespace}/app`;
  const annotations = {
    'org.opencontainers.image.source': 'https://git.example.com/app',
    'org.opencontainers.image.revision': 'main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872',
    'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
  };
  const digest = await artifacts.push('app', 'latest', {
    files: { 'one.yaml': configMap('one') },
    annotations,
  });
  await world.apply(
    ociRepository(namespace, { url: url('app') }),
    kustomization(namespace, { sourceRef: { kind: 'OCIRepository', name: 'app' } }),
  );
  const source = await world.ready(ref, `latest@${digest}`);
  const { artifact } = source.status ?? {};
  assert.equal(artifact?.metadata, annotations);
  assert.is(artifact?.path, `ocirepository/${namespace}/app/${digest}.tar.gz`);
  assert.match(String(source.status?.['url']), new RegExp(`/ocirepository/${namespace}/app/latest.tar.gz$`));
  assert.is(condition(source, 'Ready')?.message, `stored artifact for digest 'latest@${digest}'`);
  assert.is(condition(source, 'ArtifactInStorage')?.status, 'True');
  await world.ready(`Kustomization/${namespace}/app`, `latest@${digest}`);
  assert.ok(await world.find(`ConfigMap/${namespace}/one`));
  const [event] = (await world.events(ref)).filter((one) => one['reason'] === 'NewArtifact');
  assert.is(
    event?.['message'],
    `stored artifact with revision 'latest@${digest}' from '${url('app')}', origin source 'https://git.example.com/app', origin revision 'main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872'`,
  );
  const next = await artifacts.push('app', 'latest', { files: { 'two.yaml': configMap('two') } });
  await world.request(ref);
  await world.ready(`Kustomization/${namespace}/app`, `latest@${next}`);
  assert.ok(await world.find(`ConfigMap/${namespace}/two`));
  await world.gone(`ConfigMap/${namespace}/one`);
});

test('what Flux itself pushed is unpacked as it was, and without what it ignores', async () => {
  const namespace = await world.cluster.namespace('oci');
  const dir = mkdtempSync(join(tmpdir(), 'flux-pushed-'));
  try {
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'one.yaml'), configMap('one'));
    writeFileSync(join(dir, 'bin', 'run.sh'), '#!/bin/sh\n');
    writeFileSync(join(dir, 'logo.png'), 'x');
    const from = ['--source=https://git.example.com/app', '--revision=v1.2.3@sha1:b3b00fe'];
    const to = `${url('by-flux')}:v1.2.3`;
    const { stdout } = await flux.run('push', 'artifact', to, `--path=${dir}`, ...from, '--output=json');
    const { digest } = JSON.parse(stdout);
    await world.apply(ociRepository(namespace, { url: url('by-flux'), ref: { semver: '1.x' } }));
    const source = await world.ready(`OCIRepository/${namespace}/app`, `v1.2.3@${digest}`);
    assert.equal(await download(`OCIRepository/${namespace}/app`), ['bin/run.sh', 'one.yaml']);
    assert.is(
      source.status?.artifact?.metadata?.['org.opencontainers.image.revision'],
      'v1.2.3@sha1:b3b00fe',
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('digest comes before semver, semver before tag; a filter narrows the tags', async () => {
  const namespace = await world.cluster.namespace('oci');
  const ref = `OCIRepository/${namespace}/app`;
  const digests: Record<string, string> = {};
  for (const tag of ['1.0.0', '1.2.0', '1.3.0-rc.1', '2.0.0', 'not-a-version', '1.4.0_build']) {
    digests[tag] = await artifacts.push('versions', tag, {
      files: { 'tag.yaml': configMap(tag.replaceAll('_', '-')) },
    });
  }
  const cases: [object, string][] = [
    [{ tag: '1.0.0' }, `1.0.0@${digests['1.0.0']}`],
    [{ tag: '1.0.0', semver: '1.x' }, `1.2.0@${digests['1.2.0']}`],
    [{ semver: '>=1.0.0-0', semverFilter: '.*-rc.*' }, `1.3.0-rc.1@${digests['1.3.0-rc.1']}`],
    [{ semver: '*', digest: digests['1.0.0'] }, `${digests['1.0.0']}`],
  ];
  await world.apply(ociRepository(namespace, { url: url('versions'), ref: { tag: '2.0.0' } }));
  await world.ready(ref, `2.0.0@${digests['2.0.0']}`);
  for (const [wanted, revision] of cases) {
    await world.patch(ref, {
      spec: { ref: { tag: null, semver: null, semverFilter: null, digest: null, ...wanted } },
    });
    await world.until(
      ref,
      `to be at ${revision}`,
      ({ status, metadata }) =>
        status?.artifact?.revision === revision && status.observedGeneration === metadata.generation,
    );
  }
  await world.patch(ref, { spec: { ref: { digest: null, semver: '3.x', semverFilter: null } } });
  await world.failed(
    ref,
    'ReadOperationFailed',
    /failed to determine the artifact tag for .*no match found for semver: 3\.x/,
  );
  assert.is((await world.get(ref)).status?.artifact?.revision, digests['1.0.0']);
});

test('a layer is chosen by its media type, unpacked or kept as it is; ignored files stay out', async () => {
  const namespace = await world.cluster.namespace('oci');
  const ref = `OCIRepository/${namespace}/app`;
  const chart = Buffer.from('not even an archive');
  const first = { files: { 'a.yaml': configMap('a'), 'logo.png': 'x', 'docs/b.md': 'b' } };
  const archive = tarGzOf(Object.entries(first.files).map(([name, content]) => ({ name, content })));
  const digest = await artifacts.push('layers', 'v1', {
    layers: [{ content: archive }, { content: chart, mediaType: 'application/vnd.example.chart' }],
  });
  await world.apply(ociRepository(namespace, { url: url('layers'), ref: { tag: 'v1' } }));
  await world.ready(ref, `v1@${digest}`);
  assert.equal(await download(ref), ['a.yaml', 'docs/b.md']);
  await world.patch(ref, { spec: { ignore: 'docs/\n' } });
  await world.until(ref, 'to observe the ignore', ({ status }) => status?.['observedIgnore'] === 'docs/\n');
  assert.equal(await download(ref), ['a.yaml', 'logo.png']);
  const layerSelector = { mediaType: 'application/vnd.example.chart', operation: 'copy' };
  await world.patch(ref, { spec: { ignore: null, layerSelector } });
  const copied = await world.until(
    ref,
    'to observe the layer',
    ({ status }) => JSON.stringify(status?.['observedLayerSelector']) === JSON.stringify(layerSelector),
  );
  assert.is(copied.status?.artifact?.digest, digestOf(chart));
  assert.is(copied.status?.['observedIgnore'], undefined);
  await world.patch(ref, { spec: { layerSelector: { operation: 'extract' } } });
  await world.failed(
    ref,
    'OCIArtifactLayerOperationFailed',
    /failed to extract layer contents from artifact: .*not compressed with gzip/,
  );
  await world.patch(ref, { spec: { layerSelector: { mediaType: 'application/vnd.absent' } } });
  await world.failed(
    ref,
    'OCIArtifactLayerOperationFailed',
    /failed to find layer with media type 'application\/vnd\.absent' in artifact .*application\/vnd\.example\.chart/,
  );
  assert.is((await world.get(ref)).status?.artifact?.digest, digestOf(chart));
});

test.run();
