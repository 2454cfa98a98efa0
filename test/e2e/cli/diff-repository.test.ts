import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { nested } from './nested.ts';

let world: World;
let app: App;
let checkout: Checkout;

const secret = (password: string) =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { password, user: 'admin' } })}\n`;
const release = (version: string) =>
  `${JSON.stringify({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'podinfo' },
    spec: {
      interval: '1h',
      suspend: true,
      chart: { spec: { chart: 'podinfo', version, sourceRef: { kind: 'HelmRepository', name: 'podinfo' } } },
    },
  })}\n`;

const variables = { substituteFrom: [{ kind: 'Secret', name: 'variables' }] };

test.before(async () => {
  world = await createWorld();
  app = await createApp(world, {
    files: { 'clusters/prod/first.yaml': configMap('first') },
    spec: { path: './clusters/prod' },
  });
  await app.push({
    files: {
      'clusters/prod/apps.yaml': nested('apps', app.namespace, {
        postBuild: { ...variables, substitute: { COLOUR: 'blue' } },
      }),
      'clusters/prod/legacy.yaml': nested('legacy', app.namespace),
      'clusters/prod/self.yaml': nested('app', app.namespace, { path: './clusters/prod' }),
      'apps/settings.yaml': configMap('settings', { colour: `\${COLOUR}`, token: `\${TOKEN}` }),
      'apps/old.yaml': configMap('old'),
      'apps/secret.yaml': secret('first-password'),
      'apps/release.yaml': release('6.0.0'),
      'legacy/one.yaml': configMap('legacy-one'),
      'legacy/two.yaml': configMap('legacy-two'),
    },
  });
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'variables', namespace: app.namespace },
    stringData: { TOKEN: 'token-of-the-cluster' },
  });
  await world.ready(app.ref('Kustomization', 'apps'));
  await world.ready(app.ref('Kustomization', 'legacy'));
  checkout = await checkOut(app.repository.url);
});
test.after(async () => {
  await checkout?.remove();
  await world.close();
});

function diff(line = '', options: { cwd?: string } = {}): Promise<FluxResult> {
  const words = ['diff', 'repository', ...line.split(' ').filter(Boolean)];
  return flux(words, { kubeconfig: world.cluster.kubeconfig, cwd: checkout.dir, ...options });
}

test('a checkout of what the cluster has makes no difference, and the source is found by the URL of the remote', async () => {
  const { code, all } = await diff();
  assert.is(all, '');
  assert.is(code, 0);
});

test('a Kustomization that applies itself is built with the spec that it gives itself', async () => {
  const self = (spec: object) => nested('app', app.namespace, { path: './clusters/prod', ...spec });
  await checkout.change({
    'clusters/prod/self.yaml': self({ commonMetadata: { annotations: { environment: 'next' } } }),
  });
  const { out } = await diff();
  assert.match(
    out,
    `► ConfigMap/${app.namespace}/first drifted\n\nmetadata\n+ one map entry added:\n  annotations:\n    environment: next\n`,
  );
  await checkout.change({ 'clusters/prod/self.yaml': self({}) });
  assert.is((await diff()).code, 0);
});

test('objects of a kind that the checkout brings are created, and what cannot be followed says so', async () => {
  const names = { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = [{ name: 'v1', served: true, storage: true, schema }];
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names, versions },
  };
  await checkout.change({
    'clusters/prod/crd.yaml': JSON.stringify(definition),
    'clusters/prod/widget.yaml': '{apiVersion: example.com/v1, kind: Widget, metadata: {name: one}}',
    'clusters/prod/foreign.yaml': nested('foreign', app.namespace, {
      sourceRef: { kind: 'GitRepository', name: 'elsewhere' },
    }),
  });
  const { code, out } = await diff();
  assert.is(
    out,
    `📁 Kustomization/${app.namespace}/app changed
► CustomResourceDefinition/widgets.example.com created
► Kustomization/${app.namespace}/foreign created (not followed: its source is not here)
► Widget/${app.namespace}/one created
`,
  );
  assert.is(code, 1);
  await checkout.change({
    'clusters/prod/crd.yaml': null,
    'clusters/prod/widget.yaml': null,
    'clusters/prod/foreign.yaml': null,
  });
});

test('a change is followed through nested Kustomizations with their new spec, and into what a removed one takes with it', async () => {
  const { namespace } = app;
  await checkout.change({
    'clusters/prod/apps.yaml': nested('apps', app.namespace, {
      postBuild: { ...variables, substitute: { COLOUR: 'green' } },
    }),
    'clusters/prod/legacy.yaml': null,
    'clusters/prod/fresh.yaml': nested('fresh', app.namespace, { targetNamespace: 'fresh-namespace' }),
    'fresh/namespace.yaml': '{apiVersion: v1, kind: Namespace, metadata: {name: fresh-namespace}}\n',
    'fresh/one.yaml': configMap('fresh-one'),
    'apps/old.yaml': null,
    'apps/secret.yaml': secret('second-password'),
    'apps/release.yaml': release('6.1.0'),
  });
  const { code, out, err } = await diff();
  assert.is(
    out,
    `📁 Kustomization/${namespace}/app changed
► Kustomization/${namespace}/apps drifted

spec.postBuild.substitute.COLOUR
± value change
- blue
+ green

► Kustomization/${namespace}/fresh created
► Kustomization/${namespace}/legacy deleted
📁 Kustomization/${namespace}/apps changed
► HelmRelease/${namespace}/podinfo drifted

spec.chart.spec.version
± value change
- 6.0.0
+ 6.1.0

► Secret/${namespace}/login drifted

data.password
± value change
- *** (before)
+ *** (after)

► ConfigMap/${namespace}/settings drifted

data.colour
± value change
- blue
+ green

► ConfigMap/${namespace}/old deleted
📁 HelmRelease/${namespace}/podinfo skipped
► HelmRelease/${namespace}/podinfo skipped (not rendered: HelmRepository/${namespace}/podinfo is not there (hint: create the source, or correct spec.chart or spec.chartRef))
📁 Kustomization/${namespace}/fresh changed
► Namespace/fresh-namespace created
► ConfigMap/fresh-namespace/fresh-one created
📁 Kustomization/${namespace}/legacy changed (deleted itself)
► ConfigMap/${namespace}/legacy-one deleted
► ConfigMap/${namespace}/legacy-two deleted
`,
  );
  assert.is(err, '⚠️ identified at least one change, exiting with non-zero exit code\n');
  assert.is(code, 1);
});

test('no value of a Secret is in any format, neither of the repository nor of the cluster', async () => {
  await checkout.change({ 'apps/settings.yaml': configMap('settings', { url: `https://host/\${TOKEN}/x` }) });
  for (const format of ['text', 'json', 'markdown']) {
    const { all } = await diff(`--output ${format}`);
    for (const value of ['first-password', 'second-password', 'token-of-the-cluster']) {
      assert.not.match(all, value, format);
      assert.not.match(all, Buffer.from(value).toString('base64'), format);
    }
    assert.match(all, /https:\/\/host\/\*{5}\/x/, format);
  }
});

test('the report for programs has counts, objects and paths', async () => {
  const { code, out } = await diff('-o json');
  const { summary, sections } = JSON.parse(out);
  assert.equal(summary, { created: 3, drifted: 4, deleted: 4, skipped: 1, failed: 0 });
  const apps = sections.find(({ name }: { name: string }) => name === 'apps');
  const podinfo = apps.changes.find(({ name }: { name: string }) => name === 'podinfo');
  assert.equal(podinfo, {
    action: 'drifted',
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    namespace: app.namespace,
    name: 'podinfo',
    differences: [
      { path: 'spec.chart.spec.version', details: [{ kind: 'changed', from: '6.0.0', to: '6.1.0' }] },
    ],
  });
  assert.is(code, 1);
});

test('the comment for a pull request folds the differences of each object', async () => {
  const { out } = await diff('-o markdown');
  assert.match(
    out,
    /^## Flux diff\n\n\*\*3 created\*\*, \*\*4 changed\*\*, \*\*4 deleted\*\*, \*\*1 skipped\*\* in 5 places\.\n/,
  );
  assert.ok(
    out.includes(
      `- <details><summary><code>± HelmRelease/${app.namespace}/podinfo</code> drifted</summary>\n\n` +
        '  ```diff\n  spec.chart.spec.version\n  ± value change\n  - 6.0.0\n  + 6.1.0\n  ```\n\n  </details>\n',
    ),
    out,
  );
});

test('what cannot be built is named with its file, the rest is compared, and the exit code is 2', async () => {
  await checkout.change({ 'fresh/broken.yaml': 'a: b\n  c: d\n' });
  const { code, out, err } = await diff();
  assert.match(out, /📁 Kustomization\/.*\/fresh changed\n✗ .*broken\.yaml.*line 2/);
  assert.match(out, /► HelmRelease\/.*\/podinfo drifted/);
  assert.match(err, /✗ 1 thing could not be compared/);
  assert.is(code, 2);
  await checkout.change({ 'fresh/broken.yaml': null });
});

test('a kustomization cannot read what is outside of the checkout', async () => {
  await checkout.change({
    'fresh/kustomization.yaml':
      'resources: [namespace.yaml, one.yaml]\nconfigMapGenerator: [{name: stolen, files: [/etc/passwd]}]\n',
  });
  const { code, out } = await diff();
  assert.match(out, /✗ .*passwd/);
  assert.not.match(out, 'root:');
  assert.is(code, 2);
  await checkout.change({ 'fresh/kustomization.yaml': null });
});

test('remote bases are refused where they are not wanted', async () => {
  await checkout.change({
    'fresh/kustomization.yaml': 'resources:\n- https://example.com/org/base?ref=v1\n',
  });
  const { code, out } = await diff('--no-remote-bases');
  assert.match(
    out,
    /✗ the kustomization refers to https:\/\/example\.com\/org\/base\?ref=v1, and remote bases are not allowed/,
  );
  assert.is(code, 2);
  await checkout.change({ 'fresh/kustomization.yaml': null });
});

test('a source that nobody uses is answered with those that are in use', async () => {
  const { code, err } = await diff('--source GitRepository/flux-system/nothing');
  assert.match(err, /✗ no Kustomization of the cluster uses GitRepository\/flux-system\/nothing/);
  assert.match(err, `in use are GitRepository/${app.namespace}/app`);
  assert.is(code, 2);
  const other = await diff('--path /', {});
  assert.match(other.err, /the checkout has no Git remote to find its source by .*--source/);
});

test('what was predicted is what happens once it is pushed', async () => {
  const { namespace } = app;
  const predicted = JSON.parse((await diff('-o json')).out);
  const actions = new Map<string, string>();
  for (const { changes } of predicted.sections) {
    for (const { action, kind, namespace: inside, name } of changes) {
      actions.set([kind, inside, name].filter(Boolean).join('/'), action);
    }
  }
  const versions = new Map<string, string | undefined>();
  for (const ref of actions.keys()) versions.set(ref, (await world.find(ref))?.metadata.resourceVersion);
  const untouched = await world.get(app.ref('Secret', 'variables'));
  const files = [
    'clusters/prod/apps.yaml',
    'clusters/prod/fresh.yaml',
    'fresh/namespace.yaml',
    'fresh/one.yaml',
    'apps/secret.yaml',
    'apps/settings.yaml',
    'apps/release.yaml',
  ];
  const contents = await Promise.all(files.map((file) => readFile(join(checkout.dir, file), 'utf8')));
  await app.push({
    files: Object.fromEntries(files.map((file, index) => [file, contents[index] ?? ''])),
    remove: ['clusters/prod/legacy.yaml', 'apps/old.yaml'],
  });
  for (const [ref, action] of actions) {
    const before = versions.get(ref);
    assert.is(before === undefined, action === 'created', `${ref} ${action}`);
    if (action === 'deleted') await world.gone(ref);
    else await world.until(ref, `to be ${action}`, ({ metadata }) => metadata.resourceVersion !== before);
  }
  await world.ready(`Kustomization/${namespace}/fresh`);
  assert.equal(await world.get(app.ref('Secret', 'variables')), untouched);
  await world.eventually({ what: 'nothing to be left' }, async () => (await diff()).code === 0);
});

test.run();
