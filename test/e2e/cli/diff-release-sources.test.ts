import { join } from 'node:path';
import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ChartFiles,
  type ChartRepository,
  startChartRepository,
  writeChart,
} from '../../helpers/chart-repository.ts';
import { temporaryFolder } from '../../helpers/git/temporary.ts';
import { type Registry, startRegistry } from '../../helpers/registry.ts';
import { createWorld, type World } from '../harness.ts';
import { helmRepository, secret } from '../helm/objects.ts';
import { helmRelease } from '../helm/release.ts';

let world: World;
let charts: ChartRepository;
let registry: Registry;
let namespace: string;
const dir = temporaryFolder('flux-diff-sources-');
const auth = { username: 'flux', password: 'hunter2hunter2' };

test.before(async () => {
  [world, charts, registry] = await Promise.all([
    createWorld(),
    startChartRepository({ auth }),
    startRegistry(),
  ]);
  namespace = await world.cluster.namespace('sources');
  await charts.publish('app', '1.0.0');
  await charts.publish('app', '1.1.0', { 'templates/more.yaml': extra('more') });
  await push('1.0.0');
  await push('1.1.0', { 'templates/more.yaml': extra('more') });
  await world.apply(
    secret(namespace, 'login', auth),
    helmRepository(namespace, { url: charts.url, secretRef: { name: 'login' } }),
    ociRepository('1.0.0'),
    helmRelease(namespace, { name: 'http', chart: fromRepository('1.0.0') }),
    helmRelease(namespace, { name: 'oci', chartRef: { kind: 'OCIRepository', name: 'image' } }),
  );
  await world.ready(`HelmRelease/${namespace}/http`);
  await world.ready(`HelmRelease/${namespace}/oci`);
});
test.after(async () => {
  await Promise.all([world.close(), charts.close(), registry.stop()]);
});

const extra = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\n`;

const fromRepository = (version: string) => ({
  spec: { chart: 'app', version, sourceRef: { kind: 'HelmRepository' as const, name: 'charts' } },
});

function ociRepository(tag: string) {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'image', namespace },
    spec: {
      interval: '1h',
      url: `oci://${registry.address}/charts/app`,
      insecure: true,
      ref: { tag },
      layerSelector: {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        operation: 'extract',
      },
    },
  };
}

/** Pushes a chart as `helm push` does. */
async function push(version: string, files: ChartFiles = {}): Promise<void> {
  const source = join(dir, version, 'app');
  writeChart(source, { name: 'app', version, files });
  await charts.helm.run(['package', source, '--destination', dir]);
  const file = join(dir, `app-${version}.tgz`);
  await charts.helm.run(['push', file, `oci://${registry.address}/charts`, '--plain-http']);
}

function diff(name: string, ...words: string[]): Promise<FluxResult> {
  return flux(['diff', 'hr', name, '-n', namespace, ...words], { kubeconfig: world.cluster.kubeconfig });
}

const outline = (out: string): string[] =>
  out
    .split('\n')
    .filter((line) => /^[📁►✗]/u.test(line))
    .map((line) => line.replaceAll(`${namespace}/`, ''));

test('a release of a repository with a login is compared with the artifact of the cluster', async () => {
  charts.forget();
  const { code, all } = await diff('http');
  assert.is(all, '');
  assert.is(code, 0);
  assert.equal(charts.requests, []);
});

test('another version is fetched from the repository, with its login, and chosen as the host chooses', async () => {
  const { code, out, err } = await diff('http', '--chart-version', '1.x');
  assert.is(code, 1, err);
  assert.equal(outline(out), [
    '📁 HelmRelease/http changed (upgrade from app@1.0.0 to app@1.1.0)',
    '► ConfigMap/http-more created',
  ]);
  const missing = await diff('http', '--chart-version', '3.x');
  assert.is(missing.code, 2);
  assert.match(
    missing.err,
    /✗ invalid chart reference: failed to get chart version for remote reference: .*3\.x/,
  );
});

test('another tag of an image is fetched from the registry', async () => {
  const same = await diff('oci');
  assert.is(same.all, '');
  assert.is(same.code, 0);
  const { code, out, err } = await diff('oci', '--chart-version', '1.1.0');
  assert.is(code, 1, err);
  const [title = '', ...lines] = outline(out);
  assert.match(
    title,
    /^📁 HelmRelease\/oci changed \(upgrade from app@1\.0\.0\+[0-9a-f]{12} to app@1\.1\.0\+[0-9a-f]{12}\)$/,
  );
  assert.equal(lines, ['► ConfigMap/oci-more created']);
});

test('a local archive may have values files and dependencies of its own', async () => {
  const library = join(dir, 'parent', 'library');
  writeChart(library, {
    name: 'library',
    version: '0.1.0',
    files: { 'templates/extra.yaml': extra('library') },
  });
  const source = join(dir, 'parent', 'app');
  writeChart(source, {
    name: 'app',
    version: '2.0.0',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: app\nversion: 2.0.0\ndependencies:\n  - name: library\n    version: 0.1.0\n    repository: file://../library\n',
    },
  });
  const folder = await diff('http', '--path', source);
  assert.is(folder.code, 1, folder.err);
  assert.ok(outline(folder.out).includes('► ConfigMap/http-library created'), folder.out);
  await charts.helm.run(['dependency', 'update', source]);
  await charts.helm.run(['package', source, '--destination', dir]);
  const archive = await diff('http', '--path', join(dir, 'app-2.0.0.tgz'));
  assert.is(archive.out, folder.out);
});

/** Points the HelmChart in the cluster to another place. The host goes first: it would put its own address back. */
async function moveArtifact(host: string): Promise<void> {
  const ref = `HelmChart/${namespace}/${namespace}-http`;
  await Promise.all(world.hosts.map((each) => each.stop()));
  const artifact = (await world.get(ref)).status?.artifact;
  const { pathname } = new URL(artifact?.url ?? '');
  await world.patch(
    ref,
    { status: { artifact: { ...artifact, url: `http://${host}${pathname}` } } },
    'status',
  );
}

test('an artifact that cannot be reached is fetched from the repository, in the same version', async () => {
  await moveArtifact(`nowhere.${namespace}.svc.cluster.local.`);
  charts.forget();
  const { code, all } = await diff('http');
  assert.is(all, '');
  assert.is(code, 0);
  assert.ok(charts.requests.includes('GET /app-1.0.0.tgz 200'), charts.requests.join());
});

test.run();
