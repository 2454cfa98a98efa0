import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change } from '../helpers/git-server.ts';
import { type App, type AppOptions, configMap, createApp, deployment } from './app.ts';
import { createWorld, type World } from './harness.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ flags: ['--no-remote-bases'] });
});
test.after(() => world.close());

interface Expectation {
  readonly reason: string;
  readonly message: RegExp;
  /** The push after which all is well. */
  readonly mend?: Change;
  readonly spec?: AppOptions['spec'];
}

/** Files that cannot be applied: what the Kustomization says, and that mending them is enough. */
async function broken(
  files: AppOptions['files'],
  { reason, message, mend, spec }: Expectation,
): Promise<App> {
  const app = await createApp(world, { files, spec: { retryInterval: '1h', ...spec } });
  await world.failed(app.kustomization, reason, message);
  const { status } = await world.get(app.kustomization);
  assert.is(status?.lastAppliedRevision, undefined);
  if (mend) {
    const revision = await app.push(mend);
    await world.ready(app.kustomization, revision);
  }
  return app;
}

test('YAML that is none: file and line are named', async () => {
  await broken(
    {
      'good.yaml': configMap('good'),
      'deep/bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [x\n',
    },
    {
      reason: 'BuildFailed',
      message: /deep\/bad\.yaml.*line \d/,
      mend: { files: { 'deep/bad.yaml': configMap('bad') } },
    },
  );
});

test('YAML that is none behind a kustomization.yaml', async () => {
  await broken(
    { 'kustomization.yaml': 'resources: [bad.yaml]\n', 'bad.yaml': 'a: b: c\n' },
    { reason: 'BuildFailed', message: /bad\.yaml/, mend: { files: { 'bad.yaml': configMap('bad') } } },
  );
});

test('a kustomization.yaml that names a missing file', async () => {
  await broken(
    { 'kustomization.yaml': 'resources: [none.yaml]\n' },
    { reason: 'BuildFailed', message: /none\.yaml/, mend: { files: { 'none.yaml': configMap('one') } } },
  );
});

test('a document that is no Kubernetes object', async () => {
  await broken(
    { 'kustomization.yaml': 'resources: [values.yaml]\n', 'values.yaml': 'replicas: 3\nimage: x\n' },
    {
      reason: 'BuildFailed',
      message: /values\.yaml|kind|apiVersion/,
      mend: { files: { 'values.yaml': configMap('one') } },
    },
  );
});

test('an object without a name', async () => {
  await broken(
    {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n',
    },
    { reason: 'BuildFailed', message: /name/ },
  );
});

test('a kind that the API server does not serve: the CRD is asked for', async () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
  const app = await broken(
    { 'w.yaml': JSON.stringify(widget), 'one.yaml': configMap('one') },
    {
      reason: 'ReconciliationFailed',
      message: /Widget\/.*no matches for kind "Widget" in version "example.com\/v1".*hint: install its CRD/,
      spec: { retryInterval: '1s' },
    },
  );
  await world.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  await world.ready(app.kustomization);
});

test('a CRD and its objects in one repository work at the first attempt', async () => {
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'gadgets', kind: 'Gadget' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
  const app = await createApp(world, {
    files: {
      'a-gadget.yaml': JSON.stringify({
        apiVersion: 'example.com/v1',
        kind: 'Gadget',
        metadata: { name: 'g' },
      }),
      'z-crd.yaml': JSON.stringify(crd),
    },
  });
  const ready = await world.ready(app.kustomization);
  assert.is(ready.status?.history?.length, 1);
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.gone('CustomResourceDefinition/gadgets.example.com');
});

test('a field of a wrong type', async () => {
  const bad = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [{ port: 'http' }] },
  };
  await broken(
    { 's.yaml': JSON.stringify(bad) },
    { reason: 'ReconciliationFailed', message: /Service\/.*\/s .*dry-run failed/ },
  );
});

test('one bad object keeps the others of its stage from being applied half', async () => {
  const bad = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [{ port: 70_000 }] },
  };
  const app = await broken(
    { 's.yaml': JSON.stringify(bad), 'one.yaml': configMap('one') },
    { reason: 'ReconciliationFailed', message: /70000|between 1 and 65535/ },
  );
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
});

test('a namespace that does not exist', async () => {
  await broken(
    { 'one.yaml': configMap('one') },
    {
      reason: 'ReconciliationFailed',
      message: /namespaces "nowhere" not found.*hint: add Namespace nowhere/,
      spec: { targetNamespace: 'nowhere' },
    },
  );
});

test('an immutable field is explained, and replaced with force: true', async () => {
  const selecting = (label: string) => deployment('web').replaceAll('"app":"web"', `"app":"${label}"`);
  const app = await createApp(world, {
    files: { 'web.yaml': selecting('old') },
    spec: { retryInterval: '1h' },
  });
  await world.ready(app.kustomization);
  const { uid } = (await world.get(app.ref('Deployment', 'web'))).metadata;
  const revision = await app.push({ files: { 'web.yaml': selecting('new') } });
  const failure = await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    /Deployment\/.*\/web .*immutable/,
  );
  assert.match(failure.message, /spec\.selector.*hint: .*spec\.force: true/s);
  await world.patch(app.kustomization, { spec: { force: true } });
  await world.ready(app.kustomization, revision);
  assert.is.not((await world.get(app.ref('Deployment', 'web'))).metadata.uid, uid);
});

test('what an account may not do is named with verb, resource and account', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { serviceAccountName: 'limited', retryInterval: '1s' },
  });
  const { namespace } = app;
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`system:serviceaccount:${namespace}:limited`),
  );
  const failure = await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    /ConfigMap\/.*\/one .*configmaps/,
  );
  assert.match(failure.message, /cannot (get|patch) resource "configmaps"/);
  assert.match(
    failure.message,
    new RegExp(
      `hint: allow "system:serviceaccount:${namespace}:limited" the verb "\\w+" on configmaps in namespace ${namespace}`,
    ),
  );
  await world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'limited', namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'limited', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'limited', namespace }],
    },
  );
  await world.ready(app.kustomization);
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.gone(app.ref('ConfigMap', 'one'));
});

test('a kustomization that includes itself', async () => {
  await broken(
    { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' },
    { reason: 'BuildFailed', message: /cycle/, spec: { path: './a' } },
  );
});

test('paths and links that leave the tree lead nowhere', async () => {
  await broken(
    { 'kustomization.yaml': 'resources: [../../../../etc/passwd]\n' },
    { reason: 'BuildFailed', message: /etc\/passwd/ },
  );
  const linked = await broken(
    { 'kustomization.yaml': 'resources: [link.yaml]\n', 'link.yaml': { symlink: '/etc/hostname' } },
    { reason: 'BuildFailed', message: /link\.yaml/ },
  );
  await world.patch(linked.kustomization, { spec: { path: '../../..' } });
  await world.failed(linked.kustomization, 'BuildFailed', /link\.yaml/);
});

test('a path that is missing, until it is pushed', async () => {
  const app = await broken(
    { 'one.yaml': configMap('one') },
    {
      reason: 'ArtifactFailed',
      message: /'\.\/apps' is not in GitRepository\/.*\/app at revision main@sha1:.*hint: correct spec\.path/,
      spec: { path: './apps' },
    },
  );
  await world.ready(app.kustomization, await app.push({ files: { 'apps/one.yaml': configMap('one') } }));
});

test('a path that is a file', async () => {
  await broken(
    { 'one.yaml': configMap('one') },
    {
      reason: 'BuildFailed',
      message: /one\.yaml is a file, not a folder.*hint/,
      spec: { path: './one.yaml' },
    },
  );
});

test('a remote base is refused where the administrator does not want any', async () => {
  await broken(
    { 'kustomization.yaml': 'resources: ["https://github.com/example/base?ref=v1"]\n' },
    { reason: 'BuildFailed', message: /github\.com\/example\/base.*hint: .*--no-remote-bases/ },
  );
});

test('a failed prune keeps the object in the inventory until it works', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'two.yaml': configMap('two') },
    spec: { retryInterval: '1s' },
  });
  await world.ready(app.kustomization);
  const policy = `deny-${app.namespace}`;
  await world.apply(
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: policy },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] },
          ],
        },
        validations: [
          {
            expression: `oldObject.metadata.namespace != '${app.namespace}' || oldObject.metadata.name != 'two'`,
            message: 'two stays',
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: policy },
      spec: { policyName: policy, validationActions: ['Deny'] },
    },
  );
  await world.eventually({ what: 'the policy to work' }, async () => {
    const two = await world.client
      .delete(
        { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
        { namespace: app.namespace, name: 'two' },
        { dryRun: true },
      )
      .then(
        () => 'deleted',
        () => 'denied',
      );
    return two === 'denied';
  });
  await app.push({ remove: ['two.yaml'] });
  const failed = await world.failed(app.kustomization, 'PruneFailed', /two stays/);
  // Flux's words.
  const start = `delete failed, errors: ConfigMap/${app.namespace}/two delete failed: `;
  assert.is(failed.message.slice(0, start.length), start);
  assert.match(failed.message, /;( \(hint: .*\))?$/);
  const { status } = await world.get(app.kustomization);
  assert.ok(status?.inventory?.entries.some(({ id }) => id === `${app.namespace}_two__ConfigMap`));
  await world.delete(`ValidatingAdmissionPolicyBinding/${policy}`);
  await world.ready(app.kustomization, await app.revision());
  assert.is(await world.find(app.ref('ConfigMap', 'two')), undefined);
});

test('what was applied before the failure is told along with it, as in Flux', async () => {
  // It gets the name of the target namespace.
  const space = '{apiVersion: v1, kind: Namespace, metadata: {name: any, labels: {team: blue}}}\n';
  const wrong = '{apiVersion: v1, kind: Service, metadata: {name: Wrong_Name}, spec: {ports: [{port: 1}]}}\n';
  const app = await createApp(world, {
    files: { 'space.yaml': space, 'wrong.yaml': wrong },
    spec: { retryInterval: '1h' },
  });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`Wrong_Name dry-run failed \\(Invalid\\): [^]*\nNamespace/${app.namespace} configured$`),
  );
});

test('the host is still up', () => assert.not(world.host.exited));

test.run();
