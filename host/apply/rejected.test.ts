import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, deployment, failureOf, openApplier, rejection, requestOf } from './testing.ts';

const cluster = await sharedCluster();
const { applier, client, close } = await openApplier(cluster);

const test = suite('what the API server does not take');

test('a change of an immutable field names the field and the ways out', async () => {
  const namespace = await cluster.namespace('immutable');
  const other = { matchLabels: { app: 'other' } };
  const template = {
    metadata: { labels: { app: 'other' } },
    spec: { containers: [{ name: 'web', image: 'x' }] },
  };
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const changed = deployment(namespace, 'd', { selector: other, template });
  const error = await rejection(applier.apply(requestOf(client, [changed])));
  assert.is(error.code, 'FLUX_E_APPLY_IMMUTABLE');
  assert.match(error.text, 'spec.selector cannot be changed in place');
  assert.match(error.text, 'spec.force: true');
});

test('the value of a Secret that the API server quotes in its error is masked', async () => {
  const namespace = await cluster.namespace('masked');
  const data = { password: 'not*base64*at*all' };
  const error = await rejection(
    applier.apply(
      requestOf(client, [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace }, data }]),
    ),
  );
  assert.match(error.message, `Secret/${namespace}/s dry-run failed`);
  assert.not.match(`${error.stack} ${String(error.cause)}`, 'not*base64*at*all');
});

test('an object without a namespace, without a name or of an unknown kind is an error that tells the way out', async () => {
  const unnamed = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '', namespace: 'default' } };
  const noName = await failureOf(applier.apply(requestOf(client, [unnamed])));
  assert.match(noName.message, 'a ConfigMap of v1 has no metadata.name');
  const homeless = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
  const noNamespace = await rejection(applier.apply(requestOf(client, [homeless])));
  assert.match(
    noNamespace.text,
    'ConfigMap/c namespace not specified (hint: set metadata.namespace, or spec.targetNamespace',
  );
  const unknown = {
    apiVersion: 'nowhere.example.com/v1',
    kind: 'Nothing',
    metadata: { name: 'n', namespace: 'default' },
  };
  const noMatch = await rejection(applier.apply(requestOf(client, [unknown])));
  assert.is(noMatch.code, 'FLUX_E_APPLY_NO_MATCH');
  assert.match(noMatch.text, 'install its CRD first');
  const nowhere = await rejection(applier.apply(requestOf(client, [configMap('no-such-namespace', 'c')])));
  assert.match(
    nowhere.text,
    'ConfigMap/no-such-namespace/c not found: namespaces "no-such-namespace" not found',
  );
});

test('an identity without the right is told which right it lacks', async () => {
  const namespace = await cluster.namespace('denied');
  const tenant = client.impersonate({ user: `system:serviceaccount:${namespace}:tenant` });
  const error = await rejection(applier.apply(requestOf(tenant, [configMap(namespace, 'c')])));
  assert.is(error.code, 'FLUX_E_APPLY_FORBIDDEN');
  assert.match(error.text, `ConfigMap/${namespace}/c dry-run failed (Forbidden)`);
  assert.match(error.text, `system:serviceaccount:${namespace}:tenant" cannot patch resource "configmaps"`);
});

test.after(close);
test.run();
