import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { createReleasedApp } from './release.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const waitStrategy = { name: 'legacy' } as const;
/** Pods that never become ready, of which so many may be away during an update. */
const web = (maxUnavailable: number) => {
  const object = JSON.parse(deployment('web', { neverReady: true }));
  object.spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } };
  return JSON.stringify(object);
};
const claim =
  'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: never}\nspec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n';
const job =
  'apiVersion: batch/v1\nkind: Job\nmetadata: {name: never}\nspec: {completions: 1, suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a}]}}}\n';

test('with the legacy strategy a Deployment is ready when no more of its pods are away than may be', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': web(1) },
    spec: { waitStrategy, timeout: '1m' },
  });
  await world.ready(app.ref);
});

test('what is waited for is told, and named when it takes too long', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': web(0), 'chart/templates/claim.yaml': claim },
    spec: { waitStrategy, timeout: '8s' },
  });
  await world.until(app.ref, 'to tell what it waits for', (each) =>
    /waiting for (Deployment|PersistentVolumeClaim)\//.test(condition(each, 'Reconciling')?.message ?? ''),
  );
  await world.failed(app.ref, 'InstallFailed', /timeout waiting for: \[.*(is not Bound|Ready: 0\/1)/, 60_000);
});

test('Jobs are waited for unless that is turned off, and nothing is when all waiting is', async () => {
  const files = { 'chart/templates/job.yaml': job };
  const install = { disableWaitForJobs: true };
  const [waits, passes, leaves] = await Promise.all([
    createReleasedApp(world, { files, spec: { waitStrategy, timeout: '5s' } }),
    createReleasedApp(world, { files, spec: { waitStrategy, install } }),
    createReleasedApp(world, {
      files: { 'chart/templates/claim.yaml': claim },
      spec: { waitStrategy, install: { disableWait: true } },
    }),
  ]);
  await world.failed(
    waits.ref,
    'InstallFailed',
    /Job\/.*\/never status: 'InProgress': Completed: 0\/1/,
    60_000,
  );
  await world.ready(passes.ref);
  await world.ready(leaves.ref);
});

test('an account that may not watch can wait so', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': deployment('web') },
    spec: { waitStrategy, serviceAccountName: 'reader', timeout: '1m' },
  });
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name: 'reader', namespace: app.namespace };
  await world.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await world.apply({
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'] },
    ],
  });
  await world.apply({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  });
  await world.request(app.ref);
  await world.ready(app.ref);
  assert.ok(await world.find(`Deployment/${app.namespace}/web`));
});

test.run();
