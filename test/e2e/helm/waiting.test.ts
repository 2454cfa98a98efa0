import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { chartYaml, createReleasedApp, helmRelease } from './release.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** Waits until the condition Reconciling says what is being waited for. */
const says = (ref: string, what: RegExp) =>
  world.until(ref, `to say ${what}`, (each) => what.test(condition(each, 'Reconciling')?.message ?? ''));

const never = 'nodeSelector: {none: here}';
const hook = (name: string, event: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: {helm.sh/hook: ${event}}\nspec:\n  suspend: true\n  template:\n    spec:\n      restartPolicy: Never\n      ${never}\n      containers: [{name: a, image: example.com/a}]\n`;
const held = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  finalizers: [example.com/hold]\n`;
/** Lets an object go that somebody holds back. */
const letGo = (ref: string) => world.patch(ref, { metadata: { finalizers: null } });
const finish = (ref: string) =>
  world.patch(
    ref,
    {
      status: {
        succeeded: 1,
        startTime: '2026-01-01T00:00:00Z',
        completionTime: '2026-01-01T00:00:01Z',
        conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
          type,
          status: 'True',
          lastTransitionTime: '2026-01-01T00:00:01Z',
        })),
      },
    },
    'status',
  );

test('an install says which objects are not ready, and fewer as they get ready; so does an upgrade', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/a.yaml': deployment('a', { neverReady: true }),
      'chart/templates/b.yaml': deployment('b', { neverReady: true }),
    },
  });
  await says(
    app.ref,
    /^Running 'install' action with timeout of 5m0s: waiting for Deployment\/.*\/a, Deployment\/.*\/b to be ready$/,
  );
  assert.is(condition(await world.get(app.ref), 'Ready')?.status, 'Unknown');
  await app.publish('1.1.0', { 'chart/templates/a.yaml': deployment('a') });
  await says(
    app.ref,
    /^Running 'upgrade' action with timeout of 5m0s: waiting for Deployment\/\S*\/b to be ready$/,
  );
  await app.publish('1.2.0', { 'chart/templates/b.yaml': deployment('b') });
  await world.until(app.ref, 'to be ready', (each) =>
    /app@1\.2\.0/.test(condition(each, 'Ready')?.message ?? ''),
  );
});

test('hooks, tests and what has to go before them are named while they are waited for', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/pre.yaml': hook('pre', 'pre-install'),
      'chart/templates/check.yaml': hook('check', 'test'),
    },
    spec: { test: { enable: true, timeout: '9m' } },
  });
  await says(app.ref, /^Running 'install' action .*: waiting for hook Job\/.*\/pre$/);
  await finish(`Job/${app.namespace}/pre`);
  const object = await says(
    app.ref,
    /^Running 'test' action with timeout of 9m0s: waiting for hook Job\/.*\/check$/,
  );
  assert.is(condition(object, 'TestSuccess')?.reason, 'AwaitingTests');
  await finish(`Job/${app.namespace}/check`);
  await world.until(app.ref, 'to be tested', (each) => condition(each, 'TestSuccess')?.status === 'True');
});

test('what an uninstall waits for is named, also while the HelmRelease itself is deleted', async () => {
  const app = await createReleasedApp(world, { files: { 'chart/templates/held.yaml': held('held') } });
  await world.ready(app.ref);
  await world.delete(app.ref);
  await says(app.ref, /^Running 'uninstall' action .*: waiting for .*ConfigMap\/.*\/held.* to be gone$/);
  await letGo(`ConfigMap/${app.namespace}/held`);
  await world.gone(app.ref);
});

test('dependencies and charts that are not ready are named, and why', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/Chart.yaml': `${chartYaml('1.0.0')}dependencies:\n  - {name: sub, version: 1.x, repository: "file://sub"}\n`,
    },
  });
  await world.apply(helmRelease(app.namespace, { name: 'next', dependsOn: [{ name: 'app' }] }));
  await world.failed(
    app.ref,
    'SourceNotReady',
    /HelmChart '.*' is not ready: dependency build error: .*'sub'/,
  );
  await world.failed(
    `HelmRelease/${app.namespace}/next`,
    'DependencyNotReady',
    /dependency '.*\/app' is not ready/,
  );
});

test('after a failure the status says why, and when it is tried again', async () => {
  const failing = deployment('web', { neverReady: true });
  const files = { 'chart/templates/web.yaml': failing };
  const [remediated, retried] = await Promise.all([
    createReleasedApp(world, { files, spec: { timeout: '2s', install: { remediation: { retries: 5 } } } }),
    createReleasedApp(world, {
      files,
      spec: { timeout: '2s', install: { strategy: { name: 'RetryOnFailure', retryInterval: '10m' } } },
    }),
  ]);
  await says(
    remediated.ref,
    /^Helm install failed for release .*Deployment\/.*\/web.*\(next try at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)$/s,
  );
  const object = await says(retried.ref, /^retrying after 10m0s$/);
  assert.match(condition(object, 'Ready')?.message ?? '', /Helm install failed .*Deployment\/.*\/web/);
});

test.run();
