import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, createApp, deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { chartYaml, settings } from '../helm/release.ts';

let world: World;
let app: App;

const release = (name: string, spec: object = {}): string =>
  `${JSON.stringify({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name },
    spec: {
      interval: '1h',
      chart: { spec: { chart: name, sourceRef: { kind: 'GitRepository', name: 'app' } } },
      ...spec,
    },
  })}\n`;

test.before(async () => {
  world = await createWorld();
  app = await createApp(world, {
    files: {
      'deploy/good.yaml': release('good'),
      'deploy/sick.yaml': release('sick', {
        timeout: '5s',
        install: { strategy: { name: 'RetryOnFailure', retryInterval: '10m' } },
      }),
      'deploy/hooked.yaml': release('hooked', {
        install: { strategy: { name: 'RetryOnFailure', retryInterval: '10m' } },
      }),
      'hooked/Chart.yaml': chartYaml('3.0.0'),
      'hooked/templates/settings.yaml': settings,
      'hooked/templates/migration.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migration\n  annotations:\n    helm.sh/hook: pre-install\nspec:\n  backoffLimit: 0\n  activeDeadlineSeconds: 1\n  template:\n    spec:\n      restartPolicy: Never\n      nodeSelector: {none: here}\n      containers: [{name: a, image: example.com/a}]\n',
      'good/Chart.yaml': chartYaml('1.0.0'),
      'good/values.yaml': 'colour: red\n',
      'good/templates/settings.yaml': settings,
      'sick/Chart.yaml': chartYaml('2.0.0'),
      'sick/templates/web.yaml': deployment('web', { neverReady: true }),
    },
    spec: { path: './deploy' },
  });
  await world.ready(app.kustomization);
});
test.after(() => world.close());

const run = (line: string): Promise<FluxResult> =>
  flux([...line.split(' '), '-n', app.namespace], { kubeconfig: world.cluster.kubeconfig });

test('what a chart installed is traced to its release, chart and source, and drawn below its Kustomization', async () => {
  await world.ready(app.ref('HelmRelease', 'good'));
  const traced = await run('trace cm good-settings');
  assert.is(traced.err, '');
  const { namespace } = app;
  assert.match(traced.out, `\nHelmRelease:    good\nNamespace:      ${namespace}\nRevision:       1.0.0\n`);
  assert.match(
    traced.out,
    `\nHelmChart:      ${namespace}-good\nNamespace:      ${namespace}\nChart:          good\n`,
  );
  assert.match(traced.out, `\nGitRepository: app\nNamespace:     ${namespace}\n`);
  const { out } = await run('tree ks app');
  assert.match(out, `├── HelmRelease/${namespace}/good\n│   └── ConfigMap/${namespace}/good-settings\n`);
  const explained = await run('explain hr/good');
  assert.is(explained.code, 0, explained.all);
  assert.match(explained.out, /✔ HelmChart\/\S+-good +source +packaged 'app' chart with version '1\.0\.0'\n/);
  assert.match(explained.out, /✔ Kustomization\/\S+\/app +applied it +Applied revision: /);
});

test('a release that does not get ready leads to the pod', async () => {
  await world.failed(app.ref('HelmRelease', 'sick'), 'InstallFailed', /timeout waiting for/);
  const { code, out } = await run('explain hr/sick');
  assert.is(code, 1);
  assert.match(out, `✗ HelmRelease/${app.namespace}/sick is not ready\n`);
  assert.match(out, /✗ HelmRelease\/\S+\/sick +InstallFailed: Helm install failed for release/);
  assert.match(out, /Cause: Pod\/\S+\/web-\S+, container app: NotReady/);
});

test('a release whose hook fails leads to the hook, which is in no inventory', async () => {
  await world.failed(app.ref('HelmRelease', 'hooked'), 'InstallFailed', /hook .*migration\.yaml/);
  const { code, out } = await run('explain hr/hooked');
  assert.is(code, 1);
  assert.match(out, /✗ HelmRelease\/\S+\/hooked +InstallFailed: .*failed pre-install: hook/);
  assert.match(out, /✗ Job\/\S+\/migration /);
  assert.match(out, /Cause: Job\/\S+\/migration: /);
});

test.run();
