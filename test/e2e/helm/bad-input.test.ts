import { randomBytes } from 'node:crypto';
import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { secret } from './objects.ts';
import { chartYaml, createReleasedApp } from './release.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** Has an attempt made, and waits until it is over. */
async function attempted(ref: string): Promise<void> {
  const request = await world.request(ref);
  await world.until(ref, 'to be looked at', ({ status }) => status?.lastHandledReconcileAt === request);
}

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly spec?: Partial<HelmRelease['spec']>;
  readonly says: RegExp;
}

const template = (text: string) => ({ 'chart/templates/x.yaml': text });
const definition = (plural: string, kind: string, schema = '{type: object}') =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${plural}.bad.example.com\nspec:\n  group: bad.example.com\n  scope: Namespaced\n  names: {plural: ${plural}, singular: ${plural.slice(0, -1)}, kind: ${kind}}\n  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema: {openAPIV3Schema: ${schema}}\n`;
const patch = '- {op: replace, path: /data/nowhere/x, value: "1"}';

/** What is wrong with a chart or its values, and what has to be said about it. */
const wrong: Readonly<Record<string, Case>> = {
  'a value that is not there': {
    files: template('kind: ConfigMap\nx: {{ .Values.a.b.c }}\n'),
    says: /app\/templates\/x\.yaml:2:.*nil pointer evaluating interface/s,
  },
  'a template that cannot be parsed': {
    files: template('kind: ConfigMap\nx: {{ if }}\n'),
    says: /parse error at \(app\/templates\/x\.yaml:2\): missing value for if/,
  },
  'output that is no YAML': {
    files: template('kind: ConfigMap\nmetadata:\n  name: x\n data: 1\n'),
    says: /YAML parse error on app\/templates\/x\.yaml: .*line 3/,
  },
  'an object without a kind': {
    files: template('apiVersion: v1\nmetadata: {name: x}\n'),
    says: /app\/templates\/x\.yaml: kind not set \(hint: /,
  },
  'an object without a name': {
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n'),
    says: /app\/templates\/x\.yaml: metadata\.name not set/,
  },
  'values that the schema refuses': {
    files: {
      'chart/values.schema.json':
        '{"type":"object","properties":{"colour":{"type":"integer"}},"required":["size"]}',
    },
    says: /values don't meet the specifications of the schema.*missing property 'size'.*'\/colour': got string, want integer/s,
  },
  'a Kubernetes version that the chart does not want': {
    files: { 'chart/Chart.yaml': `${chartYaml('1.0.0')}kubeVersion: ">=99.0.0"\n` },
    says: /chart requires kubeVersion: >=99\.0\.0 which is incompatible with Kubernetes v1\./,
  },
  'a library': {
    files: { 'chart/Chart.yaml': `${chartYaml('1.0.0')}type: library\n` },
    says: /library charts are not installable/,
  },
  'a name that is none': {
    spec: { releaseName: 'Bad_Name' },
    says: /release name is invalid: Bad_Name \(hint: /,
  },
  'a patch that does not apply': {
    spec: { postRenderers: [{ kustomize: { patches: [{ target: { kind: 'ConfigMap' }, patch }] } }] },
    says: /post render on files: spec\.postRenderers\[0\]: .*missing path: \/data\/nowhere\/x/,
  },
  'a definition that is none': {
    files: { 'chart/crds/a.yaml': definition('as', 'A', '{type: nonsense}') },
    says: /CustomResourceDefinition\/as\.bad\.example\.com: .*Unsupported value: "nonsense"/,
  },
  'definitions that are no YAML': {
    files: { 'chart/crds/a.yaml': 'a: [\n' },
    says: /failed to parse CustomResourceDefinitions of app\/crds\/a\.yaml: .*\(2:1\)/s,
  },
  'definitions that are in each other’s way, at every attempt': {
    files: { 'chart/crds/a.yaml': `${definition('bs', 'B')}---\n${definition('cs', 'B')}` },
    says: /CustomResourceDefinition\/cs\.bad\.example\.com status: 'Failed': "BList" is already in use/,
  },
  'a chart that does not fit into a Secret': {
    files: { 'chart/files/blob.txt': randomBytes(1_200_000).toString('base64') },
    says: /release app\.v1 is too large to be recorded: its Secret would have \d+ KiB, and 1024 KiB are allowed \(hint: .*\.helmignore/,
  },
};

test('what is wrong with a chart is said with its place and the way out; nothing is recorded, and it is tried again', async () => {
  const apps = await Promise.all(
    Object.entries(wrong).map(async ([what, { files = {}, spec = {}, says }]) => ({
      what,
      says,
      app: await createReleasedApp(world, { files, spec }),
    })),
  );
  for (const { what, says, app } of apps) {
    const { message } = await world.failed(app.ref, 'InstallFailed', says, 90_000).catch((error: Error) => {
      throw new Error(`${what}: ${error.message}`);
    });
    assert.match(message, /^Helm install failed for release .* with chart app@1\.0\.0: /, what);
    const object = await world.get(app.ref);
    assert.is(condition(object, 'Stalled'), undefined, what);
    assert.is(object.status?.['installFailures'], undefined, `${what}: it uses up no retry`);
    assert.is(await world.find(`Secret/${app.namespace}/sh.helm.release.v1.app.v1`), undefined, what);
    assert.is(await world.find(`ConfigMap/${app.namespace}/app-settings`), undefined, what);
  }
});

test('a kind that comes later is waited for', async () => {
  const app = await createReleasedApp(world, {
    files: template('apiVersion: bad.example.com/v1\nkind: Late\nmetadata: {name: one}\n'),
  });
  await world.failed(
    app.ref,
    'InstallFailed',
    /resource mapping not found for name: "one" .*: no matches for kind "Late" in version "bad\.example\.com\/v1" \(hint: ensure CRDs are installed first/,
  );
  await world.apply(
    definition('lates', 'Late', '{type: object, x-kubernetes-preserve-unknown-fields: true}'),
  );
  const { status } = await world.ready(app.ref, undefined, 60_000);
  assert.ok(status?.inventory?.entries.some(({ id }) => id.endsWith('_one_bad.example.com_Late')));
});

test('what keeps a chart from being made is said by the release, too', async () => {
  const cases: [string, Readonly<Record<string, string>>, RegExp][] = [
    [
      'a schema that is none',
      { 'chart/values.schema.json': '{"type":' },
      /invalid JSON in values\.schema\.json/,
    ],
    ['values that are none', { 'chart/values.yaml': 'a: [\n' }, /cannot load values\.yaml: .*line 1/],
    [
      'a dependency that is not there',
      {
        'chart/Chart.yaml': `${chartYaml('1.0.0')}dependencies:\n  - {name: sub, version: 1.x, repository: "file://../sub"}\n`,
      },
      /dependency build error: .*'sub': no chart found at '\/sub'/,
    ],
    [
      'a version that is none',
      { 'chart/Chart.yaml': chartYaml('one') },
      /metadata\.version "one" is invalid/,
    ],
  ];
  for (const [what, files, says] of cases) {
    const app = await createReleasedApp(world, { files });
    const { message } = await world.failed(app.ref, 'SourceNotReady', says);
    assert.match(message, /^HelmChart '.*' is not ready: /, what);
  }
});

test('values that are missing or none are named, and tried again', async () => {
  const valuesFrom = [
    { kind: 'ConfigMap', name: 'one' },
    { kind: 'Secret', name: 'two', valuesKey: 'token' },
  ] as const;
  const app = await createReleasedApp(world, { spec: { valuesFrom: [...valuesFrom] } });
  const { namespace, ref } = app;
  const configMap = (data: Record<string, string>) =>
    world.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace }, data } as never);
  const steps: [() => Promise<void>, RegExp][] = [
    [
      async () => {},
      /could not resolve ConfigMap chart values reference '.*\/one' with key 'values\.yaml': .*not found.*\(hint: create it, or set optional: true\)/,
    ],
    [() => configMap({ other: 'a: 1' }), /'.*\/one' with key 'values\.yaml': key not found/],
    [() => configMap({ 'values.yaml': 'a: 1' }), /could not resolve Secret chart values reference '.*\/two'/],
    [
      () => world.apply(secret(namespace, 'two', { token: 'hidden-word: [' })),
      /Secret chart values reference '.*\/two' with key 'token'/,
    ],
    [
      () =>
        world
          .apply(secret(namespace, 'two', { token: 'a: 2' }))
          .then(() => configMap({ 'values.yaml': 'a: [\n' })),
      /ConfigMap chart values reference '.*\/one' with key 'values\.yaml'.*yaml/s,
    ],
    [
      () => configMap({ 'values.yaml': 'just text' }),
      /ConfigMap chart values reference '.*\/one' with key 'values\.yaml'.*cannot unmarshal string/,
    ],
  ];
  for (const [change, says] of steps) {
    await change();
    await attempted(ref);
    const { message } = await world.failed(ref, 'ValuesError', says);
    assert.not.match(message, 'hidden-word', 'values of Secrets are not shown');
  }
  // Nobody watches the ConfigMap, and nobody has to ask.
  await configMap({ 'values.yaml': 'a: 1' });
  await world.ready(ref, undefined, 60_000);
});

test('a record that somebody damaged is named, and once it is gone the chart is installed over what is there', async () => {
  const app = await createReleasedApp(world, {});
  await world.ready(app.ref);
  const name = 'sh.helm.release.v1.app.v1';
  const ref = `Secret/${app.namespace}/${name}`;
  const { data: { release = '' } = {} } = await world.get(ref);
  const damaged = [
    'no base64 at all',
    release.slice(0, 200),
    Buffer.from('H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==').toString('base64'),
  ];
  for (const text of damaged) {
    const value = text.startsWith('no') ? Buffer.from(text).toString('base64') : text;
    await world.patch(ref, { data: { release: value } });
    await attempted(app.ref);
    await world.failed(
      app.ref,
      'StateError',
      new RegExp(`the release in Secret '${name}' cannot be read.*\\(hint: remove the Secret`),
    );
    assert.is(condition(await world.get(app.ref), 'Released')?.status, 'True', 'nothing was done about it');
  }
  await world.delete(ref);
  await world.request(app.ref);
  await world.ready(app.ref);
  assert.match(condition(await world.get(app.ref), 'Released')?.message ?? '', /install succeeded/);
});

test('a record that somebody else wrote is not trusted: one upgrade, and it is', async () => {
  const app = await createReleasedApp(world, {});
  await world.ready(app.ref);
  const ref = `Secret/${app.namespace}/sh.helm.release.v1.app.v1`;
  const { data: { release = '' } = {} } = await world.get(ref);
  const packed = Buffer.from(Buffer.from(release, 'base64').toString('latin1'), 'base64');
  const { gunzipSync, gzipSync } = await import('node:zlib');
  const record = JSON.parse(gunzipSync(packed).toString('utf8'));
  record.manifest = record.manifest.replace('colour: red', 'colour: pink');
  const again = Buffer.from(gzipSync(JSON.stringify(record)).toString('base64')).toString('base64');
  await world.patch(ref, { data: { release: again } });
  await world.request(app.ref);
  await world.until(app.ref, 'to be upgraded', (each) =>
    /upgrade succeeded for release .*\.v2/.test(condition(each, 'Ready')?.message ?? ''),
  );
});

test('an object of another release is left alone where that is wanted', async () => {
  const app = await createReleasedApp(world, {
    spec: { install: { disableTakeOwnership: true }, suspend: true },
  });
  const settings = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'app-settings',
      namespace: app.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'other', 'meta.helm.sh/release-namespace': app.namespace },
    },
    data: { colour: 'black' },
  };
  await world.apply(settings);
  await world.patch(app.ref, { spec: { suspend: false } });
  await world.failed(
    app.ref,
    'InstallFailed',
    /ConfigMap\/.*\/app-settings exists and cannot be imported into the current release: .*"meta\.helm\.sh\/release-name" must equal "app": current value is "other" \(hint: /,
  );
  assert.equal((await world.get(`ConfigMap/${app.namespace}/app-settings`)).data, { colour: 'black' });
  await world.delete(`ConfigMap/${app.namespace}/app-settings`);
  await world.ready(app.ref, undefined, 60_000);
});

test('what the account of a release may not do is named with its verb, its resource and the account', async () => {
  const app = await createReleasedApp(world, { spec: { serviceAccountName: 'small', suspend: true } });
  const { namespace } = app;
  const metadata = { name: 'small', namespace };
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'small' };
  await world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata } as never,
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules } as never,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef,
      subjects: [{ kind: 'ServiceAccount', name: 'small', namespace }],
    } as never,
  );
  await world.patch(app.ref, { spec: { suspend: false } });
  const { message } = await world.failed(app.ref, 'InstallFailed', /forbidden/);
  for (const part of [`system:serviceaccount:${namespace}:small`, 'configmaps', 'patch', 'app-settings'])
    assert.ok(message.includes(part), `${part} in ${message}`);
});

test.run();
