import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { chartYaml, settings } from '../helm/release.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { nested } from './nested.ts';

let world: World;
let app: App;
let checkout: Checkout;
let charts: ChartRepository;

const yaml = (object: object): string => `${JSON.stringify(object)}\n`;

const release = (name: string, spec: object = {}): string =>
  yaml({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name },
    spec: { interval: '1h', ...spec },
  });

/** Of a folder of the repository itself. */
const own = (name: string, spec: object = {}, more: object = {}): string =>
  release(name, {
    chart: { spec: { chart: 'charts/own', sourceRef: { kind: 'GitRepository', name: 'app' }, ...more } },
    ...spec,
  });

/** Of the repository of charts. */
const remote = (version: string, spec: object = {}): string =>
  release('remote', {
    chart: { spec: { chart: 'app', version, sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
    ...spec,
  });

const repository = (url: string): string =>
  yaml({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: 'charts' },
    spec: { interval: '1h', url },
  });

test.before(async () => {
  [world, charts] = await Promise.all([createWorld(), startChartRepository()]);
  await charts.publish('app', '1.0.0');
  await charts.publish('app', '1.1.0', {
    'templates/more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n',
  });
  app = await createApp(world, {
    files: { 'clusters/prod/first.yaml': configMap('first') },
    spec: { path: './clusters/prod' },
  });
  await app.push({
    files: {
      'clusters/prod/sources.yaml': nested('sources', app.namespace),
      'clusters/prod/apps.yaml': nested('apps', app.namespace),
      'sources/charts.yaml': repository(charts.url),
      'apps/own.yaml': own('own', { valuesFrom: [{ kind: 'ConfigMap', name: 'own-values' }] }),
      'apps/values.yaml': configMap('own-values', { 'values.yaml': 'colour: red\n' }),
      'apps/remote.yaml': remote('1.0.0'),
      'apps/going.yaml': own('going', { values: { colour: 'red' } }),
      'charts/own/Chart.yaml': chartYaml('1.0.0'),
      'charts/own/templates/settings.yaml': settings,
    },
  });
  for (const name of ['own', 'remote', 'going']) await world.ready(app.ref('HelmRelease', name));
  checkout = await checkOut(app.repository.url);
});
test.after(async () => {
  await checkout?.remove();
  await Promise.all([world.close(), charts.close()]);
});

function diff(line = ''): Promise<FluxResult> {
  const words = ['diff', 'repository', ...line.split(' ').filter(Boolean)];
  return flux(words, { kubeconfig: world.cluster.kubeconfig, cwd: checkout.dir });
}

/** The lines of a report that name places and objects. */
const outline = (out: string): string[] =>
  out
    .split('\n')
    .filter((line) => /^[📁►✗]/u.test(line))
    .map((line) => line.replaceAll(`${app.namespace}/`, ''));

test('releases that the checkout does not touch are no news', async () => {
  const { code, all } = await diff();
  assert.is(all, '');
  assert.is(code, 0);
});

test('another version and other values of a release are followed into the objects of its chart', async () => {
  await checkout.change({
    'apps/remote.yaml': remote('1.1.0', { values: { colour: 'green' } }),
    'apps/values.yaml': configMap('own-values', { 'values.yaml': 'colour: blue\n' }),
  });
  const { code, out, err } = await diff();
  assert.is(code, 1, err);
  assert.equal(outline(out), [
    '📁 Kustomization/apps changed',
    '► HelmRelease/remote drifted',
    '► ConfigMap/own-values drifted',
    '📁 HelmRelease/own changed (upgrade of app@1.0.0: release config values changed)',
    '► ConfigMap/own-settings drifted',
    '📁 HelmRelease/remote changed (upgrade from app@1.0.0 to app@1.1.0)',
    '► ConfigMap/remote drifted',
    '► ConfigMap/more created',
  ]);
  assert.match(out, 'data.colour\n± value change\n- red\n+ blue\n');
  assert.match(out, 'data.colour\n± value change\n- red\n+ green\n');
  const json = JSON.parse((await diff('-o json')).out);
  assert.is(json.sections.at(-1).kind, 'HelmRelease');
  assert.is(json.sections.at(-1).note, 'upgrade from app@1.0.0 to app@1.1.0');
  assert.match(
    (await diff('-o markdown')).out,
    /### <code>HelmRelease\/\S+\/remote<\/code> \(upgrade from app@1\.0\.0/,
  );
});

test('a chart of the checkout is rendered as it is there; without another version nothing comes of it, and that is said', async () => {
  await checkout.change({
    'apps/remote.yaml': remote('1.0.0'),
    'apps/values.yaml': configMap('own-values', { 'values.yaml': 'colour: red\n' }),
    'charts/own/templates/settings.yaml': settings.replace('-settings', '-other'),
  });
  const same = await diff();
  assert.is(same.code, 0, same.all);
  const trap = 'no upgrade of app@1.0.0, although the chart is another one: its version is the same';
  assert.equal(outline(same.out), [
    `📁 HelmRelease/going unchanged (${trap})`,
    `📁 HelmRelease/own unchanged (${trap})`,
  ]);
  await checkout.change({ 'charts/own/Chart.yaml': chartYaml('1.1.0') });
  const { code, out, err } = await diff();
  assert.is(code, 1, err);
  assert.equal(outline(out), [
    '📁 HelmRelease/going changed (upgrade from app@1.0.0 to app@1.1.0)',
    '► ConfigMap/going-other created',
    '► ConfigMap/going-settings deleted',
    '📁 HelmRelease/own changed (upgrade from app@1.0.0 to app@1.1.0)',
    '► ConfigMap/own-other created',
    '► ConfigMap/own-settings deleted',
  ]);
});

test('new releases of new sources are installed, those that go are uninstalled, and what cannot be rendered is told', async () => {
  await checkout.change({
    'charts/own/Chart.yaml': chartYaml('1.0.0'),
    'charts/own/templates/settings.yaml': settings,
    'apps/going.yaml': null,
    'apps/new.yaml': own('new', {
      values: { colour: 'red' },
      targetNamespace: 'fresh',
      install: { createNamespace: true },
    }),
    'apps/lost.yaml': own('lost', { valuesFrom: [{ kind: 'Secret', name: 'nowhere' }] }),
    'apps/far.yaml': own('far', { kubeConfig: { secretRef: { name: 'far' } } }),
    'sources/second.yaml': repository(charts.url).replace('"charts"', '"second"'),
    'apps/second.yaml': remote('1.1.x').replace('"remote"', '"second"').replace('"charts"', '"second"'),
  });
  const { code, out, err } = await diff();
  assert.is(code, 1, err);
  assert.equal(outline(out), [
    '📁 Kustomization/apps changed',
    '► HelmRelease/far created',
    '► HelmRelease/lost created',
    '► HelmRelease/new created',
    '► HelmRelease/second created',
    '► HelmRelease/going deleted',
    '📁 HelmRelease/far skipped',
    '► HelmRelease/far skipped (it applies to another cluster, which is not compared)',
    '📁 HelmRelease/lost skipped',
    `► HelmRelease/lost skipped (not rendered: could not resolve Secret chart values reference '${'nowhere'}' with key 'values.yaml': failed to get secret 'nowhere': secrets "nowhere" not found (hint: create it, or set optional: true))`,
    '📁 HelmRelease/new changed (install of app@1.0.0)',
    '► Namespace/fresh created',
    '► ConfigMap/fresh/fresh-new-settings created',
    '📁 HelmRelease/second changed (install of app@1.1.0)',
    '► ConfigMap/second created',
    '► ConfigMap/more created',
    '📁 HelmRelease/going changed (deleted itself: it is uninstalled)',
    '► ConfigMap/going-settings deleted',
    '📁 Kustomization/sources changed',
    '► HelmRepository/second created',
  ]);
});

test.run();
