import { listAt, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namespaces, roleBindings, serviceAccounts } from '../../cluster/resources.ts';
import { joinSharedCluster } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;

test.after(() => world.close());

test('a tenant gets its namespaces, an account and a role in each, and keeps what is in them', async () => {
  const first = await cluster.namespace();
  const second = `${first}-b`;
  const line = `create tenant team --with-namespace=${first},${second} --label=env=dev`;
  const { code, err } = await world.flux(line);
  assert.is(code, 0, err);
  assert.is(
    err,
    `${[first, second]
      .map(
        (namespace) =>
          `► applying namespace ${namespace}\n► applying service account team\n► applying role binding team-reconciler\n`,
      )
      .join('')}✔ tenant setup completed\n`,
  );
  const labels = { env: 'dev', 'toolkit.fluxcd.io/tenant': 'team' };
  for (const namespace of [first, second]) {
    const { metadata } = await client.get(namespaces, { namespace: '', name: namespace });
    assert.is(metadata.labels?.['toolkit.fluxcd.io/tenant'], 'team');
    // Set by the API server.
    assert.is(metadata.labels?.['kubernetes.io/metadata.name'], namespace);
    assert.equal((await client.get(serviceAccounts, { namespace, name: 'team' })).metadata.labels, labels);
    const binding = await client.get<KubeObject>(roleBindings, { namespace, name: 'team-reconciler' });
    assert.is(stringAt(binding, 'roleRef', 'name'), 'cluster-admin');
    assert.equal(
      listAt(binding, 'subjects').map((subject) => stringAt(subject, 'name')),
      [`gotk:${namespace}:reconciler`, 'team'],
    );
  }
});

test('another role or account replaces the first', async () => {
  const namespace = await cluster.namespace();
  await world.flux(`create tenant team --with-namespace=${namespace}`);
  const { code, err } = await world.flux(
    `create tenant team --with-namespace=${namespace} --cluster-role=view --with-service-account=deployer`,
  );
  assert.is(code, 0, err);
  const binding = await client.get<KubeObject>(roleBindings, { namespace, name: 'team-reconciler' });
  assert.is(stringAt(binding, 'roleRef', 'name'), 'view');
  assert.is(stringAt(listAt(binding, 'subjects')[1], 'name'), 'deployer');
});

test('a namespace that is somebody else’s business is left alone', async () => {
  const namespace = await cluster.namespace();
  const { err } = await world.flux(`create tenant team --with-namespace=${namespace} --skip-namespace`);
  assert.not.match(err, 'applying namespace');
  const { metadata } = await client.get(namespaces, { namespace: '', name: namespace });
  assert.is(metadata.labels?.['toolkit.fluxcd.io/tenant'], undefined);
  const { out } = await world.flux('create tenant team --with-namespace=a --skip-namespace --export');
  assert.not.match(out, 'kind: Namespace');
  const missing = await world.flux(`create tenant team --with-namespace=${namespace}-no --skip-namespace`);
  assert.is(missing.code, 1);
  assert.match(missing.err, `namespaces "${namespace}-no" not found`);
  const gone = await client
    .get(namespaces, { namespace: '', name: `${namespace}-no` })
    .catch((error: unknown) => error);
  assert.ok(isKube(gone, 'notFound'));
});

for (const [line, message] of [
  ['', 'name is required'],
  ['team', 'with-namespace is required'],
  ['team --with-namespace=a --cluster-role=', 'cluster-role is required'],
  ['team --with-namespace=A', "invalid namespace 'A'"],
  ['team --with-namespace=a --with-service-account=a/b', "invalid service-account name 'a/b'"],
  ['team --with-namespace=a --label=x', "invalid label format 'x'"],
] as const) {
  test(`"create tenant ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`create tenant ${line}`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
