import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConnectedClient } from '../kube/client.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import type { ApiResource, KubeObject } from '../kube/types.ts';
import { createApplier } from './create-applier.ts';
import { type Plan, planApply } from './plan.ts';
import { configMap, countCalls, deployment, failureOf, requestOf } from './testing.ts';

const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

let cluster: TestCluster;
let client: ConnectedClient;

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
});
test.after(async () => {
  await client.close();
  await cluster.stop();
});

async function applied(objects: readonly KubeObject[]): Promise<void> {
  const applier = createApplier();
  await applier.apply(requestOf(client, objects));
  applier.close();
}

const summary = ({ objects }: Plan) => objects.map(({ ref, action }) => `${ref.name} ${action}`);

test('objects are told in the order in which they were given, with what would happen to each, and nothing happens', async () => {
  const namespace = await cluster.namespace('plan');
  const guarded = { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' };
  const ignored = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
  await applied([
    configMap(namespace, 'same'),
    configMap(namespace, 'changed'),
    configMap(namespace, 'kept', { annotations: guarded }),
  ]);
  const before = await client.list(configMaps, { namespace });
  const counting = countCalls(client);
  const plan = await planApply(
    requestOf(counting.client, [
      configMap(namespace, 'new'),
      configMap(namespace, 'changed', { data: { a: 'c' } }),
      configMap(namespace, 'kept', { data: { a: 'c' }, annotations: guarded }),
      configMap(namespace, 'left', { annotations: ignored }),
      configMap(namespace, 'same'),
    ]),
  );
  assert.equal(summary(plan), [
    'new created',
    'changed configured',
    'kept skipped',
    'left skipped',
    'same unchanged',
  ]);
  assert.equal(plan.failures, []);
  assert.not(counting.take().some((call) => call.startsWith('apply') || call.startsWith('patch')));
  assert.equal((await client.list(configMaps, { namespace })).items, before.items);
});

test('of an object that would change both states are told, without what the API server keeps for itself', async () => {
  const namespace = await cluster.namespace('plan');
  await applied([configMap(namespace, 'one')]);
  const plan = await planApply(requestOf(client, [configMap(namespace, 'one', { data: { b: 'c' } })]));
  const [one] = plan.objects;
  if (one?.action !== 'configured') throw new Error(`it is ${one?.action}`);
  assert.equal([one.live['data'], one.applied['data']], [{ a: 'b' }, { b: 'c' }]);
  assert.not('managedFields' in one.live.metadata || 'managedFields' in one.applied.metadata);
});

test('fields of spec.ignore are no difference, and are not in what is told', async () => {
  const namespace = await cluster.namespace('plan');
  await applied([configMap(namespace, 'one', { data: { a: 'b', c: 'd' } })]);
  const ignore = [{ paths: ['/data/a'] }];
  const other = (data: Record<string, string>) =>
    planApply(requestOf(client, [configMap(namespace, 'one', { data })], { ignore }));
  assert.equal(summary(await other({ a: 'x', c: 'd' })), ['one unchanged']);
  const { objects } = await other({ a: 'x', c: 'y' });
  const [one] = objects;
  if (one?.action !== 'configured') throw new Error(`it is ${one?.action}`);
  assert.equal([one.live['data'], one.applied['data']], [{ c: 'd' }, { c: 'y' }]);
});

test('an object with a field that cannot change fails, or is created anew where that is allowed', async () => {
  const namespace = await cluster.namespace('plan');
  await applied([deployment(namespace, 'web')]);
  const labels = { app: 'other' };
  const containers = [{ name: 'web', image: 'example.com/web:1' }];
  const changed = deployment(namespace, 'web', {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  });
  const refused = await planApply(requestOf(client, [changed]));
  assert.match(
    refused.failures[0]?.error.message ?? '',
    /Deployment\/.*\/web dry-run failed \(Invalid\): .*immutable/,
  );
  assert.equal(summary(await planApply(requestOf(client, [changed], { force: true }))), ['web created']);
});

test('what one object is refused for does not keep the others from being compared', async () => {
  const namespace = await cluster.namespace('plan');
  const unknown = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace } };
  const plan = await planApply(
    requestOf(client, [unknown, configMap('not-there', 'one'), configMap(namespace, 'two')]),
  );
  assert.equal(summary(plan), ['two created']);
  assert.equal(
    plan.failures.map(({ error }) => error.code),
    ['FLUX_E_APPLY_NO_MATCH', 'FLUX_E_APPLY_NO_NAMESPACE'],
  );
});

test('somebody who may not try to apply is told the verb, the resource and the account', async () => {
  const namespace = await cluster.namespace('plan');
  const nobody = client.impersonate({ user: 'system:serviceaccount:ci:preview' });
  const plan = await planApply(requestOf(nobody, [configMap(namespace, 'one')]));
  const [failure] = plan.failures;
  assert.is(failure?.error.code, 'FLUX_E_APPLY_FORBIDDEN');
  assert.match(
    failure?.error.message ?? '',
    /User "system:serviceaccount:ci:preview" cannot (get|patch) resource "configmaps"/,
  );
});

test('an interrupt ends it', async () => {
  const namespace = await cluster.namespace('plan');
  const signal = AbortSignal.abort(new Error('interrupted'));
  const failure = await failureOf(planApply(requestOf(client, [configMap(namespace, 'one')], { signal })));
  assert.is(failure.message, 'interrupted');
});

test.run();
