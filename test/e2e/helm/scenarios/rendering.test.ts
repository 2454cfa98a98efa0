import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../../helpers/helm.ts';
import { createWorld, type World } from '../../harness.ts';
import { at, condition, type Live } from '../../live.ts';
import { chartFiles } from './chart.ts';
import { concurrently } from './concurrently.ts';
import {
  type Charts,
  conditionsOf,
  createCharts,
  eventsOf,
  historyOf,
  isSettled,
  patienceMs,
  snapshotsOf,
  testsOf,
} from './scenario.ts';

let world: World;
let charts: Charts;
const helm = await startHelm();

const plain = `apiVersion: v1
kind: ConfigMap
metadata:
  name: plain
data: {one: "1", two: "2"}
`;
const hook = `apiVersion: v1
kind: ConfigMap
metadata:
  name: hook
  annotations: {helm.sh/hook: pre-install}
data: {one: "1"}
`;
const once = (name: string, annotations = '{}') => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: ${annotations}
spec:
  ttlSecondsAfterFinished: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: once, image: example.com/once:1.0.0}]
`;
const echo = `apiVersion: v1
kind: ConfigMap
metadata: {name: echo}
data: {values: {{ toJson .Values | quote }}}
`;

test.before(async () => {
  world = await createWorld();
  charts = await createCharts(world, {
    plain: { ...chartFiles(), 'templates/plain.yaml': plain, 'templates/hook.yaml': hook },
    less: { ...chartFiles('app', '2.0.0'), 'templates/plain.yaml': plain.replace(', two: "2"', '') },
    once: {
      ...chartFiles(),
      'templates/once.yaml': once('once'),
      'templates/hook.yaml': once('hook', '{helm.sh/hook: "pre-install,post-install"}'),
    },
    echo: { ...chartFiles(), 'templates/echo.yaml': echo },
  });
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

const settled = (ref: string, what = 'to be settled', holds: (object: Live) => boolean = () => true) =>
  world.until(ref, what, (object) => isSettled(object) && holds(object), patienceMs);
const isAt = (version: number) => (object: Live) => snapshotsOf(object)[0]?.version === version;

type Renderers = NonNullable<HelmRelease['spec']['postRenderers']>;
const patched: Renderers = [
  {
    kustomize: {
      patches: [
        {
          target: { version: 'v1', kind: 'ConfigMap', name: 'plain|hook' },
          patch: '- {op: replace, path: /data/one, value: patched}',
        },
      ],
    },
  },
];

/** Whether a hook is changed like the rest, by strategy. */
const strategies = { combined: true, separate: true, nohooks: false } as const;

async function strategy(name: keyof typeof strategies): Promise<void> {
  const { ref, of } = await charts.release({
    chart: charts.chart('plain'),
    postRenderers: patched,
    postRenderStrategy: name,
  });
  await settled(ref);
  const label = 'helm.toolkit.fluxcd.io/name';
  const [object, asHook] = await Promise.all([
    world.get(of('ConfigMap', 'plain')),
    world.get(of('ConfigMap', 'hook')),
  ]);
  assert.equal(object.data, { one: 'patched', two: '2' });
  assert.is(object.metadata.labels?.[label], 'app');
  assert.is(asHook.data?.['one'], strategies[name] ? 'patched' : '1', name);
  assert.is(asHook.metadata.labels?.[label], strategies[name] ? 'app' : undefined, name);
}

concurrently({
  ...Object.fromEntries(
    (['combined', 'separate', 'nohooks'] as const).map((name) => [
      `post-renderers with the strategy ${name}`,
      () => strategy(name),
    ]),
  ),

  'kustomize changes images and objects one renderer after the other, and another renderer is an upgrade':
    async () => {
      const { ref, of, change } = await charts.release({
        values: { web: true },
        commonMetadata: { labels: { team: 'a' }, annotations: { note: 'x' } },
        postRenderers: [
          { kustomize: { images: [{ name: 'example.com/web', newName: 'example.org/web', newTag: '7' }] } },
          {
            kustomize: {
              patches: [
                {
                  patch:
                    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}\n',
                },
                {
                  target: { kind: 'Service' },
                  patch: '- {op: add, path: /metadata/labels, value: {team: b, own: "yes"}}',
                },
              ],
            },
          },
        ],
      });
      const first = await settled(ref);
      const deployment = await world.get(of('Deployment', 'app'));
      const container = at(deployment, 'spec', 'template', 'spec', 'containers', 0);
      assert.is(at(container, 'image'), 'example.org/web:7');
      assert.equal(at(container, 'env'), [{ name: 'A', value: 'b' }]);
      assert.is(deployment.metadata.annotations?.['note'], 'x');
      const { labels } = (await world.get(of('Service', 'app'))).metadata;
      assert.equal([labels?.['team'], labels?.['own']], ['a', 'yes'], 'common metadata come last');
      await change({ postRenderers: null });
      const second = await settled(ref, 'to be upgraded', isAt(2));
      assert.is(second.status?.['observedPostRenderersDigest'], undefined);
      assert.is.not(first.status?.['observedPostRenderersDigest'], undefined);
      await change({ commonMetadata: { labels: { team: 'c' } } });
      await settled(ref, 'to be upgraded again', isAt(3));
      assert.is((await world.get(of('Service', 'app'))).metadata.labels?.['team'], 'c');
      // Nothing that would be rendered otherwise: no upgrade.
      await change({ timeout: '4m' });
      assert.is(snapshotsOf(await settled(ref))[0]?.version, 3);
    },

  'objects are applied by the API server: what is not of the chart stays, and what left it goes':
    async () => {
      const { ref, of, change } = await charts.release({ chart: charts.chart('plain') });
      await settled(ref);
      const name = of('ConfigMap', 'plain');
      await world.patch(name, { data: { two: 'theirs', three: 'theirs' } });
      await change({ values: { colour: 'blue' } });
      await settled(ref, 'to be upgraded', isAt(2));
      const object = await world.get(name);
      assert.equal(object.data, { one: '1', two: '2', three: 'theirs' });
      const own = object.metadata.managedFields?.find(({ manager }) => manager === 'helm-controller');
      assert.is(own?.operation, 'Apply');
      await change({ chart: charts.chart('less') });
      await settled(ref, 'to be without it', isAt(3));
      assert.equal((await world.get(name)).data, { one: '1', three: 'theirs' });
      assert.is(await world.find(of('ConfigMap', 'nothing')), undefined);
    },

  'a Job that is collected as soon as it is done is no failure': async () => {
    const { ref, of } = await charts.release({ chart: charts.chart('once'), timeout: '1m' });
    const object = await settled(ref);
    assert.equal(conditionsOf(object), {
      Ready: 'True InstallSucceeded',
      Released: 'True InstallSucceeded',
    });
    for (const name of ['once', 'hook']) await world.gone(of('Job', name), patienceMs);
  },

  'an upgrade takes over the values of before only where they are to be preserved': async () => {
    const upgraded = async (preserveValues: boolean): Promise<unknown> => {
      const { ref, of, change, env } = await charts.release({
        chart: charts.chart('echo'),
        values: { nested: { a: 1 }, colour: 'blue' },
        upgrade: { preserveValues },
      });
      await settled(ref);
      // Only `nested.b` is left in the spec.
      await change({ values: { nested: { a: null, b: 2 }, colour: null } });
      await settled(ref, 'to be upgraded', isAt(2));
      const request = await world.request(ref);
      const again = await settled(
        ref,
        'to be looked at',
        ({ status }) => status?.lastHandledReconcileAt === request,
      );
      assert.is(snapshotsOf(again)[0]?.version, 2, 'there is nothing left to do');
      const { nested, colour } = JSON.parse(
        String((await world.get(of('ConfigMap', 'echo'))).data?.['values']),
      );
      const config = JSON.parse(await helm.run(['get', 'values', 'app', '-o', 'json'], env));
      return [nested, colour, config];
    };
    const [preserved, reset] = await Promise.all([upgraded(true), upgraded(false)]);
    assert.equal(preserved, [{ a: 1, b: 2 }, 'blue', { colour: 'blue', nested: { a: 1, b: 2 } }]);
    assert.equal(reset, [{ b: 2 }, 'red', { nested: { b: 2 } }]);
  },

  'an application with a Deployment, a Service and tests lives from its install to its removal': async () => {
    const { ref, of, namespace, change, env } = await charts.release({
      values: { web: true, test: 'pass', colour: 'blue' },
      test: { enable: true },
      commonMetadata: { labels: { team: 'a' } },
    });
    const first = await settled(ref);
    assert.equal(conditionsOf(first), {
      Ready: 'True TestSucceeded',
      Released: 'True InstallSucceeded',
      TestSuccess: 'True TestSucceeded',
    });
    assert.is(
      condition(first, 'Ready')?.message,
      `Helm test succeeded for release ${namespace}/app.v1 with chart app@1.0.0: 1 test hook completed successfully`,
    );
    assert.equal(testsOf(first), [{ 'app-check': 'Succeeded' }]);
    const [snapshot] = snapshotsOf(first);
    assert.is(snapshot?.appVersion, '6.3.1');
    assert.is(snapshot?.apiVersion, 'v2');
    assert.match(snapshot?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.is(snapshot?.configDigest, first.status?.['lastAttemptedConfigDigest']);
    assert.equal(first.status?.inventory?.entries.map(({ id }) => id).toSorted(), [
      `${namespace}_app-settings__ConfigMap`,
      `${namespace}_app__Service`,
      `${namespace}_app_apps_Deployment`,
    ]);
    assert.is(at(await world.get(of('Deployment', 'app')), 'status', 'readyReplicas'), 1);
    assert.is(first.status?.['lastAttemptedReleaseAction'], 'install');
    assert.match(String(first.status?.['lastAttemptedReleaseActionDuration']), /^[\d.hms]+$/);
    const shown = JSON.parse(await helm.run(['status', 'app', '-o', 'json'], env));
    assert.is(shown.info.status, 'deployed');
    assert.equal(
      shown.hooks.map((each: { name: string; last_run: { phase: string } }) => [
        each.name,
        each.last_run.phase,
      ]),
      [['app-check', 'Succeeded']],
    );
    assert.match(await helm.run(['get', 'manifest', 'app'], env), /team: a/);
    await change({ values: { web: true, test: 'pass', colour: 'green' } });
    const second = await settled(ref, 'to be upgraded', isAt(2));
    assert.equal(historyOf(second), ['2 deployed upgrade', '1 superseded install']);
    assert.equal(testsOf(second), [{ 'app-check': 'Succeeded' }, { 'app-check': 'Succeeded' }]);
    const events = ['InstallSucceeded', 'TestSucceeded', 'UpgradeSucceeded'].map((each) => `Normal ${each}`);
    await world.eventually({ what: 'the events' }, async () => {
      const found = await eventsOf(world, ref);
      return events.every((event) => found.includes(event));
    });
    await world.delete(ref);
    await world.gone(ref, patienceMs);
    for (const each of [of('Deployment', 'app'), of('Service', 'app'), of('ConfigMap', 'app-settings')])
      assert.is(await world.find(each), undefined);
  },
});

test.run();
