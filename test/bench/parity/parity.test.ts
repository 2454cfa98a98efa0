import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bench } from '../parity.ts';
import { compare, describe } from './compare.ts';
import { isCompared, normalise, toldBy } from './normalise.ts';
import { contentOf, entryPath } from './repository.ts';

function kustomization(status: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'apps', uid: 'given', resourceVersion: '7', ...metadata },
    spec: { prune: true },
    status,
  };
}

const failed = (reason: string, message: string) =>
  kustomization({ conditions: [{ type: 'Ready', status: 'False', reason, message }] });
const snapshot = (object: KubeObject) => new Map([['it', normalise(object)]]);
const differences = (ours: KubeObject, peer: KubeObject) =>
  compare(snapshot(ours), snapshot(peer)).map(describe);

test('what the API server and the clock give makes no difference', () => {
  const at = (time: string, uid: string) =>
    kustomization(
      { history: [{ digest: 'sha256:1', firstReconciled: time, totalReconciliations: 1 }] },
      { uid, managedFields: [{ manager: 'flux', operation: 'Apply', time, fieldsV1: { 'f:spec': {} } }] },
    );
  assert.equal(differences(at('2026-01-01', 'a'), at('2026-02-02', 'b')), []);
});

test('labels, owners of fields, inventories, digests of what was built and conditions do', () => {
  const base = kustomization({ inventory: { entries: [{ id: 'a', v: 'v1' }] }, history: [{ digest: '1' }] });
  const other = kustomization(
    { inventory: { entries: [{ id: 'b', v: 'v1' }] }, history: [{ digest: '2' }] },
    {
      labels: { team: 'blue' },
      managedFields: [{ manager: 'flux', operation: 'Apply', fieldsV1: { 'f:data': {} } }],
    },
  );
  assert.equal(differences(base, other), [
    'it metadata.labels: flux-host absent, flux {"team":"blue"}',
    'it metadata.managers.flux Apply: flux-host absent, flux {"fieldsV1":{"f:data":{}}}',
    'it status.history[0].digest: flux-host "1", flux "2"',
    'it status.inventory.entries[0].id: flux-host "a", flux "b"',
  ]);
  const [line] = differences(failed('PruneFailed', 'x'), failed('ReconciliationFailed', 'x'));
  assert.match(line ?? '', /status\.conditions\[0\]\.reason/);
});

test('messages have to be the same but for hints, durations and how builds are worded', () => {
  const pairs: [KubeObject, KubeObject, number][] = [
    [failed('ReconciliationFailed', 'no (hint: do it)'), failed('ReconciliationFailed', 'no\n'), 0],
    [failed('HealthCheckFailed', 'after 5.2s: no'), failed('HealthCheckFailed', 'after 1m3.1s: no'), 0],
    [failed('BuildFailed', 'one'), failed('BuildFailed', 'another'), 0],
    [failed('HealthCheckFailed', 'with a timeout of 5m0s'), failed('HealthCheckFailed', 'of 6m0s'), 1],
    [failed('ReconciliationFailed', 'one'), failed('ReconciliationFailed', 'another'), 1],
  ];
  for (const [ours, peer, count] of pairs) assert.is(differences(ours, peer).length, count);
});

test('an object that is in one cluster only is a difference', () => {
  const [only] = compare(new Map(), snapshot(kustomization({})));
  assert.equal(only, { object: 'it', path: '', ours: 'absent', peer: 'present' });
});

test('what belongs to another object, and what tells of moments, is not compared', () => {
  const owned = kustomization({}, { ownerReferences: [{ controller: true, kind: 'ReplicaSet', name: 'x' }] });
  assert.not.ok(isCompared(owned));
  assert.not.ok(isCompared({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' } }));
  assert.ok(isCompared(kustomization({})));
});

test('events count by type, reason, message and revision, those of Kubernetes do not', () => {
  const event = (apiVersion: string, reason: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'x', annotations: { 'g/revision': 'main@sha1:1', 'g/digest': 'sha256:1' } },
    involvedObject: { apiVersion, kind: 'Kustomization', namespace: 'apps', name: 'app' },
    type: 'Normal',
    reason,
    message: 'Reconciliation finished in 1.2s, next run in 1h0m0s',
  });
  assert.equal(toldBy(event('kustomize.toolkit.fluxcd.io/v1', 'ReconciliationSucceeded')), {
    of: 'Kustomization apps/app',
    what: 'Normal ReconciliationSucceeded: Reconciliation finished in …, next run in … (g/revision=main@sha1:1)',
  });
  assert.is(toldBy(event('v1', 'Scheduled')), undefined);
  assert.is(toldBy(event('kustomize.toolkit.fluxcd.io/v1', 'DependencyNotReady')), undefined);
});

test('a folder becomes the content of a commit, and the only cluster in it is where Flux begins', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parity-test-'));
  try {
    mkdirSync(join(dir, 'clusters', 'home'), { recursive: true });
    mkdirSync(join(dir, '.git'));
    writeFileSync(join(dir, 'clusters', 'home', 'apps.yaml'), 'kind: List\n');
    writeFileSync(join(dir, '.git', 'HEAD'), 'ref: x\n');
    assert.equal(await contentOf(dir), { 'clusters/home/apps.yaml': 'kind: List\n' });
    assert.is(await entryPath(dir), './clusters/home');
    mkdirSync(join(dir, 'clusters', 'work'));
    assert.is(await entryPath(dir), './');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('without a peer, a repository or its folder the bench says what it wants', async () => {
  const log = () => {};
  const refusal = (options: object) => bench.run({ log, ...options }).then(String, String);
  assert.match(await refusal({}), /--peer DIR/);
  assert.match(await refusal({ peer: '/nowhere' }), /--repo PATH/);
  assert.match(await refusal({ peer: '/nowhere', repos: ['x'] }), /no source-controller/);
});

test.run();
