import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRelease } from '@flux-host/host/helm/release-secret.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../helpers/helm.ts';
import { createWorld, type World } from '../harness.ts';
import { at, condition, type Live } from '../live.ts';
import { chartYaml, createReleasedApp, type ReleasedApp } from './release.ts';

let world: World;
const helm = await startHelm();
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

/** `ssa` or `csa`, as the record of a release says. */
async function methodOf({ namespace }: ReleasedApp, version: number): Promise<string | undefined> {
  const { data } = await world.get(`Secret/${namespace}/sh.helm.release.v1.app.v${version}`);
  const packed = Buffer.from(data?.['release'] ?? '', 'base64').toString('latin1');
  return (await decodeRelease(packed)).apply_method;
}

const operationsOf = ({ metadata }: Live): string[] =>
  (metadata.managedFields ?? [])
    .filter(({ manager }) => manager === 'helm-controller')
    .map(({ operation }) => operation ?? '');

const containersOf = (object: Live) => at(object, 'spec', 'template', 'spec', 'containers');
const namesOf = (object: Live): unknown[] =>
  [containersOf(object)].flat().map((container) => at(container, 'name'));

/** A Deployment without Pods. */
const web = (containers: object[], labels: object = {}) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  });
const container = (name: string, more: object = {}) => ({ name, image: `example.com/${name}`, ...more });
const webOf = ({ namespace }: ReleasedApp) => `Deployment/${namespace}/web`;
const template = 'chart/templates/web.yaml';

async function upgraded(app: ReleasedApp, version: string): Promise<Live> {
  return world.until(
    app.ref,
    `to have chart ${version}`,
    (each) =>
      each.status?.lastAttemptedRevision?.startsWith(version) === true &&
      condition(each, 'Ready')?.status === 'True' &&
      condition(each, 'Reconciling') === undefined,
  );
}

test('without server-side apply an upgrade changes what the release has, and leaves what others added', async () => {
  const dns = {
    ports: ['TCP', 'UDP'].map((protocol) => ({ containerPort: 53, protocol, name: protocol.toLowerCase() })),
  };
  const app = await createReleasedApp(world, {
    files: { [template]: web([container('a', dns), container('old')], { gone: 'x', kept: 'x' }) },
    spec: { install: { serverSideApply: false } },
  });
  await world.ready(app.ref);
  assert.is(await methodOf(app, 1), 'csa');
  const made = await world.get(webOf(app));
  assert.equal(operationsOf(made), ['Update']);
  assert.is(made.metadata.labels?.['app.kubernetes.io/managed-by'], 'Helm');
  await world.patch(webOf(app), {
    metadata: { labels: { theirs: 'y', kept: 'changed' } },
    spec: { template: { spec: { terminationGracePeriodSeconds: 5 } } },
  });
  await app.publish('1.1.0', { [template]: web([container('new'), container('a', dns)], { kept: 'x' }) });
  await upgraded(app, '1.1.0');
  assert.is(await methodOf(app, 2), 'csa');
  const object = await world.get(webOf(app));
  assert.equal(namesOf(object), ['new', 'a']);
  assert.is([at(object, 'spec', 'template', 'spec', 'containers', 1, 'ports')].flat().length, 2);
  const { theirs, kept, gone } = object.metadata.labels ?? {};
  assert.equal({ theirs, kept, gone }, { theirs: 'y', kept: 'x', gone: undefined });
  assert.is(at(object, 'spec', 'template', 'spec', 'terminationGracePeriodSeconds'), 5);
});

test('a release changes its method when it is told to, in both directions, and nothing is left behind', async () => {
  const app = await createReleasedApp(world, {
    files: { [template]: web([container('a'), container('b')], { one: 'x', two: 'x' }) },
    spec: { install: { serverSideApply: false }, upgrade: { serverSideApply: 'enabled' } },
  });
  await world.ready(app.ref);
  await app.publish('1.1.0', { [template]: web([container('a')], { two: 'x' }) });
  await upgraded(app, '1.1.0');
  assert.is(await methodOf(app, 2), 'ssa');
  const applied = await world.get(webOf(app));
  assert.equal(operationsOf(applied), ['Apply']);
  assert.equal(namesOf(applied), ['a']);
  assert.is(applied.metadata.labels?.['one'], undefined);
  await world.patch(app.ref, { spec: { upgrade: { serverSideApply: 'disabled' } } });
  await app.publish('1.2.0', { [template]: web([container('c')]) });
  await upgraded(app, '1.2.0');
  assert.is(await methodOf(app, 3), 'csa');
  const patched = await world.get(webOf(app));
  assert.equal(namesOf(patched), ['c']);
  assert.is(patched.metadata.labels?.['two'], undefined);
  await world.patch(app.ref, { spec: { upgrade: { serverSideApply: 'enabled' } } });
  await app.publish('1.3.0', { [template]: web([container('d')]) });
  await upgraded(app, '1.3.0');
  assert.equal(namesOf(await world.get(webOf(app))), ['d']);
});

test('a release of helm stays as it was made, unless it is told otherwise', async () => {
  const app = await createReleasedApp(world, {
    files: { [template]: web([container('a'), container('b')]) },
    spec: { suspend: true },
  });
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-client-side-'));
  mkdirSync(join(dir, 'templates'));
  writeFileSync(join(dir, 'Chart.yaml'), chartYaml('0.9.0'));
  writeFileSync(join(dir, 'templates', 'web.yaml'), web([container('a'), container('gone')]));
  await helm.run(['install', 'app', dir, '--server-side=false'], app.env);
  rmSync(dir, { recursive: true });
  await world.patch(app.ref, { spec: { suspend: false } });
  await upgraded(app, '1.0.0');
  assert.is(await methodOf(app, 2), 'csa');
  assert.equal(namesOf(await world.get(webOf(app))), ['a', 'b']);
  await world.patch(app.ref, { spec: { upgrade: { serverSideApply: 'enabled' } } });
  await app.publish('1.1.0', { [template]: web([container('a')]) });
  await upgraded(app, '1.1.0');
  assert.is(await methodOf(app, 3), 'ssa');
  const object = await world.get(webOf(app));
  assert.equal(namesOf(object), ['a']);
  assert.equal(
    (object.metadata.managedFields ?? []).filter(({ manager }) => manager === 'helm'),
    [],
  );
});

test('with force objects are replaced', async () => {
  const app = await createReleasedApp(world, {
    files: { [template]: web([container('a')]) },
    spec: { install: { serverSideApply: false }, upgrade: { force: true } },
  });
  await world.ready(app.ref);
  await world.patch(webOf(app), { metadata: { labels: { theirs: 'y' } } });
  await app.publish('1.1.0', { [template]: web([container('a')]) });
  await upgraded(app, '1.1.0');
  assert.is((await world.get(webOf(app))).metadata.labels?.['theirs'], undefined);
});

const definition = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.client-side.example.com' },
  spec: {
    group: 'client-side.example.com',
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
const gadget = (spec: object) =>
  JSON.stringify({
    apiVersion: 'client-side.example.com/v1',
    kind: 'Gadget',
    metadata: { name: 'it' },
    spec,
  });

test('of custom resources, what differs between two releases is sent, and all of one that is taken over', async () => {
  const file = 'chart/templates/gadget.yaml';
  const app = await createReleasedApp(world, {
    files: { 'chart/crds/gadget.yaml': definition, [file]: gadget({ a: 1, b: 1, c: [1] }) },
    spec: { install: { serverSideApply: false } },
  });
  await world.ready(app.ref);
  const gadgets = await world.client.resourceFor({
    group: 'client-side.example.com',
    version: 'v1',
    kind: 'Gadget',
  });
  const specIn = async ({ namespace }: ReleasedApp) =>
    at(await world.client.get(gadgets, { namespace, name: 'it' }), 'spec');
  assert.equal(await specIn(app), { a: 1, b: 1, c: [1] });
  const key = { namespace: app.namespace, name: 'it' };
  await world.client.patch(gadgets, key, { spec: { a: 5, theirs: true } }, { type: 'merge' });
  await app.publish('1.1.0', { [file]: gadget({ a: 1, c: [1, 2] }) });
  await upgraded(app, '1.1.0');
  assert.equal(await specIn(app), { a: 5, c: [1, 2], theirs: true });
  const other = await createReleasedApp(world, {
    files: { [file]: gadget({ a: 1 }) },
    spec: { suspend: true, install: { serverSideApply: false } },
  });
  await world.apply({
    ...JSON.parse(gadget({ a: 7, theirs: true })),
    metadata: { name: 'it', namespace: other.namespace },
  });
  await world.patch(other.ref, { spec: { suspend: false } });
  await world.ready(other.ref);
  assert.equal(await specIn(other), { a: 1, theirs: true });
});

test('a rollback goes the way of the release that it goes back to, and what the API server does not take is told', async () => {
  const app = await createReleasedApp(world, {
    files: { [template]: web([container('a')]) },
    spec: {
      install: { serverSideApply: false },
      upgrade: { serverSideApply: 'enabled', remediation: { retries: 1, strategy: 'rollback' } },
    },
  });
  await world.ready(app.ref);
  const invalid = web([container('a')]).replace('"replicas":0', '"replicas":-1');
  await app.publish('1.1.0', { [template]: invalid });
  await world.until(
    app.ref,
    'to be rolled back',
    (each) => condition(each, 'Remediated')?.reason === 'RollbackSucceeded',
  );
  const versions = [at(await world.get(app.ref), 'status', 'history')].flat();
  const newest = at(versions[0], 'version');
  assert.is(await methodOf(app, Number(newest)), 'csa');
  await world.patch(app.ref, { spec: { upgrade: { serverSideApply: 'disabled', remediation: null } } });
  await world.failed(app.ref, 'UpgradeFailed', /Deployment\/.*\/web.*spec\.replicas.*must be greater than/);
});

test('a field that a built-in kind does not have is refused by the API server, as with helm, and passed over without server-side apply', async () => {
  const files = { [template]: web([container('a')]).replace('"replicas":', '"replica":1,"replicas":') };
  const app = await createReleasedApp(world, { files });
  const unknown = /\.spec\.replica: field not declared in schema/;
  await world.failed(app.ref, 'InstallFailed', unknown);
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-client-side-'));
  mkdirSync(join(dir, 'templates'));
  writeFileSync(join(dir, 'Chart.yaml'), chartYaml('1.0.0'));
  writeFileSync(join(dir, 'templates', 'web.yaml'), files[template] ?? '');
  const said = await helm.run(['install', 'other', dir], app.env).catch(String);
  rmSync(dir, { recursive: true });
  assert.match(said, unknown);
  const spec = { upgrade: { serverSideApply: 'disabled' }, driftDetection: { mode: 'enabled' } };
  await world.patch(app.ref, { spec });
  await world.ready(app.ref);
  // Nor does it keep drift from being found.
  await world.until(app.ref, 'to be compared', (each) => condition(each, 'Drifted')?.status === 'False');
  await world.patch(webOf(app), { metadata: { labels: { 'app.kubernetes.io/managed-by': 'me' } } });
  await world.until(
    webOf(app),
    'to be put right',
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm',
  );
});

test('with cleanupOnFail what an upgrade created is removed again when it fails half-way', async () => {
  const app = await createReleasedApp(world, {
    spec: { install: { serverSideApply: false }, upgrade: { cleanupOnFail: true } },
  });
  await world.ready(app.ref);
  const invalid = web([container('a')]).replace('"replicas":0', '"replicas":-1');
  const fresh = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh}\n';
  await app.publish('1.1.0', { [template]: invalid, 'chart/templates/fresh.yaml': fresh });
  await world.failed(app.ref, 'UpgradeFailed', /must be greater than/);
  await world.gone(`ConfigMap/${app.namespace}/fresh`);
  assert.is((await world.get(`ConfigMap/${app.namespace}/app-settings`)).data?.['colour'], 'red');
});

test('definitions are replaced as a whole', async () => {
  const versioned = (...names: string[]) => {
    const object = JSON.parse(definition.replaceAll('gadget', 'gizmo').replaceAll('Gadget', 'Gizmo'));
    const [version] = object.spec.versions;
    object.spec.versions = names.map((name, index) => ({ ...version, name, storage: index === 0 }));
    return JSON.stringify(object);
  };
  const file = 'chart/crds/gizmo.yaml';
  const app = await createReleasedApp(world, {
    files: { [file]: versioned('v1', 'v1beta1') },
    spec: { install: { serverSideApply: false }, upgrade: { crds: 'CreateReplace' } },
  });
  await world.ready(app.ref);
  const ref = 'CustomResourceDefinition/gizmos.client-side.example.com';
  await world.patch(ref, { metadata: { labels: { theirs: 'y' } } });
  await app.publish('1.1.0', { [file]: versioned('v1') });
  await upgraded(app, '1.1.0');
  const object = await world.get(ref);
  assert.equal(
    [at(object, 'spec', 'versions')].flat().map((each) => at(each, 'name')),
    ['v1'],
  );
  assert.is(object.metadata.labels?.['theirs'], undefined);
  assert.is(object.metadata.labels?.['helm.toolkit.fluxcd.io/name'], 'app');
});

test('hooks are created anew', async () => {
  const hook = (colour: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: before\n  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}\ndata: {colour: ${colour}}\n`;
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/hook.yaml': hook('red') },
    spec: { install: { serverSideApply: false } },
  });
  await world.ready(app.ref);
  const ref = `ConfigMap/${app.namespace}/before`;
  assert.equal(operationsOf(await world.get(ref)), ['Update']);
  await app.publish('1.1.0', { 'chart/templates/hook.yaml': hook('blue') });
  await upgraded(app, '1.1.0');
  assert.is((await world.get(ref)).data?.['colour'], 'blue');
});

test('the gate UseHelm3Defaults has releases made and waited for as Helm 3 does, unless they say otherwise', async () => {
  await world.stopHosts();
  await world.startHost({ flags: ['--feature-gates=UseHelm3Defaults=true'] });
  const files = { [template]: web([container('a')]) };
  const [plain, explicit] = [
    await createReleasedApp(world, { files }),
    await createReleasedApp(world, { files, spec: { install: { serverSideApply: true } } }),
  ];
  for (const each of [plain, explicit]) await world.ready(each.ref, undefined, 120_000);
  assert.equal([await methodOf(plain, 1), await methodOf(explicit, 1)], ['csa', 'ssa']);
});

test.run();
