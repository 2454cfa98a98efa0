import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../helpers/helm.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';
import { createReleasedApp, helmRelease } from './release.ts';

let world: World;
const helm = await startHelm();
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

const data = ({ data: found }: Live) => found;

/** A ConfigMap that is a hook: it only has to be there. */
const hook = (name: string, event: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: ${event}\n${more}data:\n  revision: "{{ .Release.Revision }}"\n`;

test('hooks run before and after, and go as their policies say', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/before.yaml': hook(
        'before',
        'pre-install,pre-upgrade',
        '    helm.sh/hook-weight: "-5"\n',
      ),
      'chart/templates/gone.yaml': hook(
        'gone',
        'post-install',
        '    helm.sh/hook-delete-policy: hook-succeeded\n',
      ),
      'chart/templates/end.yaml': hook('end', 'post-delete'),
    },
  });
  const object = await world.ready(app.ref);
  assert.is(data(await world.get(`ConfigMap/${app.namespace}/before`))?.['revision'], '1');
  assert.is(await world.find(`ConfigMap/${app.namespace}/gone`), undefined);
  assert.is(await world.find(`ConfigMap/${app.namespace}/end`), undefined);
  assert.equal(
    object.status?.inventory?.entries.map(({ id }) => id),
    [`${app.namespace}_app-settings__ConfigMap`],
  );
  const hooks = JSON.parse(await helm.run(['status', 'app', '-o', 'json'], app.env)).hooks;
  const phases = Object.fromEntries(
    hooks.map((each: { name: string; last_run: { phase: string } }) => [each.name, each.last_run.phase]),
  );
  assert.equal(phases, { before: 'Succeeded', gone: 'Succeeded', end: '' });
  await app.publish('1.1.0');
  await world.until(
    `ConfigMap/${app.namespace}/before`,
    'to be made anew',
    (each) => data(each)?.['revision'] === '2',
  );
  await world.delete(app.ref);
  await world.gone(app.ref);
  assert.ok(await world.find(`ConfigMap/${app.namespace}/end`), 'hooks after the deletion stay');
});

test('a failing hook fails the install, which is removed and tried again as often as it may', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/job.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: never\n  annotations:\n    helm.sh/hook: pre-install\nspec:\n  backoffLimit: 0\n  activeDeadlineSeconds: 1\n  template:\n    spec:\n      restartPolicy: Never\n      nodeSelector: {none: here}\n      containers: [{name: a, image: example.com/a}]\n',
    },
    spec: { install: { timeout: '20s', remediation: { retries: 1 } } },
  });
  const object = await world.until(
    app.ref,
    'to give up',
    (each) => condition(each, 'Stalled')?.reason === 'RetriesExceeded',
    90_000,
  );
  assert.is(object.status?.['installFailures'], 2);
  assert.match(condition(object, 'Stalled')?.message ?? '', /^Failed to install after 2 attempt\(s\)$/);
  const failed = (await world.events(app.ref)).find((event) => event['reason'] === 'InstallFailed');
  assert.match(
    String(failed?.['message']),
    /Helm install failed for release .*\/app with chart app@1\.0\.0: failed pre-install: hook app\/templates\/job\.yaml: .*never/s,
  );
  const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
  assert.match(
    String(failed?.['message']),
    new RegExp(
      `\n\nLast Helm logs:\n\n(.*\n)*${time}: running pre-install hook app/templates/job\\.yaml\n(.*\n)*${time}: waiting for hook Job/.*/never`,
    ),
  );
  assert.not.match(condition(object, 'Released')?.message ?? '', 'Last Helm logs', 'only the event has them');
});

test('tests of the chart are run after the release, and show in its history', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/tests/a.yaml': hook('check', 'test') },
    spec: { test: { enable: true } },
  });
  const object = await world.until(
    app.ref,
    'to be tested',
    (each) =>
      condition(each, 'TestSuccess')?.status === 'True' && condition(each, 'Ready')?.status === 'True',
  );
  assert.match(
    condition(object, 'TestSuccess')?.message ?? '',
    /^Helm test succeeded for release .*\/app\.v1 with chart app@1\.0\.0: 1 test hook completed successfully$/,
  );
  const [snapshot] = object.status?.history ?? [];
  assert.is(Reflect.get(Object(Reflect.get(Object(snapshot), 'testHooks')), 'check')?.phase, 'Succeeded');
});

test('definitions of the chart come first, and its templates know their kinds', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/crds/things.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.release.example.com\nspec:\n  group: release.example.com\n  scope: Namespaced\n  names: {plural: things, singular: thing, kind: Thing}\n  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}\n',
      'chart/templates/thing.yaml':
        '{{ if .Capabilities.APIVersions.Has "release.example.com/v1/Thing" }}\napiVersion: release.example.com/v1\nkind: Thing\nmetadata:\n  name: one\n{{ end }}\n',
    },
  });
  const object = await world.ready(app.ref);
  assert.ok(
    object.status?.inventory?.entries.some(({ id }) => id.endsWith('_one_release.example.com_Thing')),
  );
  const definition = await world.get('CustomResourceDefinition/things.release.example.com');
  assert.is(definition.metadata.labels?.['helm.toolkit.fluxcd.io/name'], 'app');
  assert.ok(
    object.status?.inventory?.entries.some(({ id }) => id.startsWith('_things.release.example.com_')),
  );
  await world.delete(app.ref);
  await world.gone(app.ref);
  assert.ok(
    await world.find('CustomResourceDefinition/things.release.example.com'),
    'definitions stay, as with helm',
  );
});

test('post-renderers, common metadata and lookups', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/found.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: found}\ndata:\n  was: {{ (lookup "v1" "ConfigMap" .Release.Namespace "there").data.colour | default "nothing" }}\n  count: "{{ len ((lookup "v1" "ConfigMap" .Release.Namespace "").items | default list) }}"\n',
    },
    spec: {
      suspend: true,
      commonMetadata: { labels: { team: 'a' } },
      postRenderers: [
        {
          kustomize: {
            patches: [
              {
                target: { kind: 'ConfigMap', name: 'found' },
                patch: '- {op: add, path: /data/patched, value: "yes"}',
              },
            ],
          },
        },
      ],
    },
  });
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'there', namespace: app.namespace },
    data: { colour: 'seen' },
  });
  await world.patch(app.ref, { spec: { suspend: false } });
  const object = await world.ready(app.ref);
  const found = await world.get(`ConfigMap/${app.namespace}/found`);
  assert.is(data(found)?.['was'], 'seen');
  assert.is(data(found)?.['patched'], 'yes');
  assert.is(found.metadata.labels?.['team'], 'a');
  assert.is(found.metadata.labels?.['helm.toolkit.fluxcd.io/name'], 'app');
  assert.is(found.metadata.annotations?.['meta.helm.sh/release-name'], 'app');
  assert.match(String(object.status?.['observedPostRenderersDigest']), /^sha256:[0-9a-f]{64}$/);
  // Another renderer alone is another release.
  await world.patch(app.ref, { spec: { postRenderers: null } });
  await world.until(
    `ConfigMap/${app.namespace}/found`,
    'to be without the patch',
    (each) => data(each)?.['patched'] === undefined,
  );
});

test('another name is another release: the old one is removed', async () => {
  const app = await createReleasedApp(world, { spec: { releaseName: 'old' } });
  await world.ready(app.ref);
  await world.patch(app.ref, { spec: { releaseName: 'new' } });
  await world.until(`ConfigMap/${app.namespace}/new-settings`, 'to be there', () => true);
  await world.gone(`ConfigMap/${app.namespace}/old-settings`);
  const names = JSON.parse(await helm.run(['list', '-o', 'json'], app.env)).map(
    ({ name }: { name: string }) => name,
  );
  assert.equal(names, ['new']);
});

test('a release that helm itself made is taken over with one upgrade, and one that was changed is mended', async () => {
  const app = await createReleasedApp(world, { spec: { suspend: true } });
  const values = ['--set', 'colour=green'];
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-helm-own-'));
  mkdirSync(`${dir}/templates`);
  writeFileSync(`${dir}/Chart.yaml`, 'apiVersion: v2\nname: app\nversion: 0.9.0\n');
  writeFileSync(
    `${dir}/templates/old.yaml`,
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\ndata: {c: {{ .Values.colour }}}\n',
  );
  await helm.run(['install', 'app', dir, ...values], app.env);
  await world.patch(app.ref, { spec: { suspend: false } });
  await world.ready(app.ref);
  assert.is(await world.find(`ConfigMap/${app.namespace}/old`), undefined);
  assert.is(data(await world.get(`ConfigMap/${app.namespace}/app-settings`))?.['revision'], '2');
  await helm.run(['rollback', 'app', '1'], app.env);
  await world.request(app.ref);
  await world.until(
    `ConfigMap/${app.namespace}/app-settings`,
    'to be back',
    (each) => data(each)?.['revision'] === '4',
  );
});

test('a dependency that turns ready lets its dependants go on at once; an account that may not do it is told', async () => {
  const app = await createReleasedApp(world, {
    spec: { dependsOn: [{ name: 'first' }], serviceAccountName: 'nobody' },
  });
  await world.failed(app.ref, 'DependencyNotReady', /'.*\/first' dependency: not found/);
  await world.apply(helmRelease(app.namespace, { name: 'first' }));
  await world.ready(`HelmRelease/${app.namespace}/first`);
  await world.until(app.ref, 'to be refused', (each) =>
    /forbidden|may not|cannot/.test(condition(each, 'Ready')?.message ?? ''),
  );
});

test.run();
