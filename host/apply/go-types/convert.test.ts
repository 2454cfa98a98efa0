import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { KubeObject } from '../../kube/types.ts';
import { throughGoTypes } from './convert.ts';

interface Sample {
  readonly given: KubeObject;
  readonly converted?: KubeObject;
}

const file = new URL('testdata/converted.json', import.meta.url);
const samples: readonly Sample[] = JSON.parse(readFileSync(file, 'utf8'));

for (const { given, converted } of samples) {
  const { status: _status, ...object } = given;
  const outcome = converted
    ? 'comes out as from its Go type'
    : 'does not fit its Go type, and is left as it is';
  test(`${given.kind} ${JSON.stringify(object).slice(0, 120)}… ${outcome}`, () => {
    assert.equal(throughGoTypes(object), converted);
  });
}

test('a field that is newer than the types stays', () => {
  const spec = { replicas: 1, selector: {}, strategy: {}, template: {}, fromTheFuture: { a: [] } };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec };
  assert.equal(throughGoTypes(object)?.['spec'], {
    ...spec,
    template: { metadata: {}, spec: { containers: null } },
  });
});

test('kinds that are not Kubernetes’ own have no Go type', () => {
  const object = { apiVersion: 'example.com/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: {} };
  assert.is(throughGoTypes(object), undefined);
});

test('what was given is not changed', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', labels: {} },
    spec: { new: { a: 1 } },
  };
  const copy = structuredClone(object);
  const made = throughGoTypes(object);
  assert.equal(object, copy);
  assert.is.not(made?.['spec'], object.spec);
});

test.run();
