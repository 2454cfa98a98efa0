import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KubeError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/types.ts';
import { cleanupPatch, needsCleanup } from './cleanup.ts';
import { compileRules, ignoredPaths, leaveAlone, withoutPaths } from './ignore.ts';
import { parseLabelSelector } from './label-selector.ts';
import { maskText } from './mask.ts';
import { wireForm } from './normalise.ts';
import { sameQuantity } from './quantity.ts';
import { isNewer } from './resource-version.ts';
import { treatmentOf } from './skip.ts';
import { withoutUnknownFields } from './unknown-fields.ts';

const test = suite('reading and writing objects');

test('values of a Secret are masked in plain and in encoded form, short ones only where they stand alone', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    data: { a: Buffer.from('hunter22').toString('base64'), b: Buffer.from('e').toString('base64') },
  };
  const encoded = Buffer.from('hunter22').toString('base64');
  assert.is(
    maskText(`the value "hunter22" (${encoded}) and "e" were here`, secret),
    'the value "***" (***) and "***" were here',
  );
  assert.is(maskText('hunter22', { ...secret, kind: 'ConfigMap' }), 'hunter22');
});

test('stringData becomes data, status goes, and the object that was given stays as it is', () => {
  const given = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    data: { a: 'YQ==' },
    stringData: { b: 'b' },
    status: {},
  };
  const { data, stringData, status } = wireForm(given);
  assert.equal(
    { data, stringData, status },
    { data: { a: 'YQ==', b: 'Yg==' }, stringData: undefined, status: undefined },
  );
  assert.equal(given.stringData, { b: 'b' });
});

test('null is the zero value of built-in kinds, and stays in others', () => {
  const spec = { template: null, keep: 1 };
  assert.equal(
    wireForm({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec })['spec'],
    spec,
  );
  assert.equal(
    wireForm({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: null } })['data'],
    { a: '' },
  );
});

test('labels and annotations in any case tell how an object is treated', () => {
  const group = 'kustomize.toolkit.fluxcd.io';
  const of = (key: string, value: string) =>
    treatmentOf({ metadata: { name: 'x', labels: { [`${group}/${key}`]: value } } }, group);
  assert.ok(of('reconcile', 'DISABLED').ignored);
  assert.ok(of('ssa', 'ignore').ignored);
  assert.not.ok(of('ssa', 'override').ignored);
  assert.ok(of('prune', 'Disabled').keep);
  assert.not.ok(of('force', 'disabled').force);
});

test('unknown fields that the API server names are dropped, in list items too', () => {
  const containers = [
    { name: 'a', imagepolicy: 1 },
    { name: 'b', imagepolicy: 2 },
  ];
  const object: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { template: { spec: { containers } } },
  };
  const statusMessage =
    'failed to create typed patch object (x/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="b"].imagepolicy: field not declared in schema';
  const error = new KubeError('FLUX_E_KUBE_SERVER', statusMessage, {
    status: 500,
    kubeReason: '',
    statusMessage,
  });
  const kept = withoutUnknownFields(object, error);
  assert.equal(kept?.['spec'], {
    template: { spec: { containers: [{ name: 'a', imagepolicy: 1 }, { name: 'b' }] } },
  });
  assert.is(withoutUnknownFields({ ...object, apiVersion: 'example.com/v1' }, error), undefined);
});

test('fields of several foreign managers become ours, with those we had', () => {
  const entry = (manager: string, operation: 'Apply' | 'Update', fieldsV1: Record<string, unknown>) => ({
    manager,
    operation,
    apiVersion: 'v1',
    fieldsV1,
  });
  const ours = entry('kustomize-controller', 'Apply', { 'f:data': { 'f:a': {} } });
  const status = { ...entry('kubectl', 'Update', {}), subresource: 'status' };
  const other = entry('someone', 'Update', { 'f:data': { 'f:d': {} } });
  const managedFields = [
    ours,
    entry('kubectl-edit', 'Update', { 'f:data': { 'f:b': {} } }),
    entry('legacy', 'Apply', { 'f:data': { '.': {}, 'f:c': {} } }),
    status,
    other,
  ];
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', resourceVersion: '7', managedFields },
  };
  const options = { fieldManager: 'kustomize-controller', overrideManagers: ['legacy'] };
  assert.ok(needsCleanup(object, options));
  const merged = { ...ours, fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {}, '.': {}, 'f:c': {} } } };
  assert.equal(cleanupPatch(object, options), [
    { op: 'test', path: '/metadata/resourceVersion', value: '7' },
    { op: 'replace', path: '/metadata/managedFields', value: [status, other, merged] },
  ]);
  const clean = { ...object, metadata: { ...object.metadata, managedFields: [ours, status, other] } };
  assert.not.ok(needsCleanup(clean, options));
  assert.equal(cleanupPatch(clean, options), []);
});

test('an ignored field is left to the manager that applies it, and kept as it lives when nobody does', () => {
  const desired = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 1, paused: false },
  };
  const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
  const managedFields = [{ manager: 'scaler', operation: 'Apply', fieldsV1 } as const];
  const live: KubeObject = {
    ...desired,
    metadata: { name: 'd', managedFields: [...managedFields] },
    spec: { replicas: 5, paused: true },
  };
  const paths = ignoredPaths(
    desired,
    compileRules([{ paths: ['/spec/replicas', '/spec/paused'], target: { kind: 'Deploy.*' } }]),
  );
  const sent = leaveAlone(desired, paths, { live, dryRun: desired, fieldManager: 'kustomize-controller' });
  assert.equal(sent['spec'], { paused: true });
  assert.equal(withoutPaths(live, paths)['spec'], {});
});

test('label selectors are read as Kubernetes reads them', () => {
  const matches = (selector: string, labels: Record<string, string>) => parseLabelSelector(selector)(labels);
  assert.ok(matches('a=1,b in (x, y),!c', { a: '1', b: 'y' }));
  assert.not.ok(matches('a=1,!c', { a: '1', c: '' }));
  assert.ok(matches('a!=1', {}));
  assert.ok(matches('a notin (1)', {}));
  assert.ok(matches('example.com/n>9', { 'example.com/n': '10' }));
  assert.throws(() => parseLabelSelector('a=(b'), /cannot parse/);
});

test('quantities are compared by amount', () => {
  for (const [a, b] of [
    ['1Gi', '1024Mi'],
    ['0.5', '500m'],
    [1, '1'],
    ['1e3', '1k'],
  ])
    assert.ok(sameQuantity(a, b), `${a} ${b}`);
  for (const [a, b] of [
    ['1G', '1Gi'],
    ['1', '1m'],
    ['x', 'x'],
  ])
    assert.not.ok(sameQuantity(a, b), `${a} ${b}`);
});

test('versions of an object are compared as numbers', () => {
  assert.ok(isNewer('100', '99'));
  assert.not.ok(isNewer('99', '100'));
  assert.not.ok(isNewer('100', '100'));
  assert.not.ok(isNewer(undefined, '1'));
});

test.run();
