import { HelmRelease, Kustomization } from '@flux-host/crds/index.ts';
import { configMaps, secrets } from '@flux-host/host/kube/core.ts';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinCluster, kustomization, type TestWorld } from '../../testing/world.ts';

let cluster: TestCluster;
let world: TestWorld;
let namespace: string;

test.before(async () => {
  cluster = await sharedCluster();
  world = await joinCluster(cluster.kubeconfig);
  namespace = await cluster.namespace('debug');
  const substituteFrom = [
    { kind: 'ConfigMap', name: 'vars' },
    { kind: 'Secret', name: 'vars' },
    { kind: 'Secret', name: 'absent', optional: true },
  ];
  const metadata = { name: 'vars', namespace };
  await world.client.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { A: 'map', B: 'map' },
  });
  await world.client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { B: 'secret', C: 'two\nlines' },
  });
  await world.client.create(
    Kustomization,
    kustomization('app', namespace, { postBuild: { substituteFrom, substitute: { A: 'inline' } } }),
  );
  await world.client.create(Kustomization, kustomization('plain', namespace));
  await world.client.create(
    Kustomization,
    kustomization('lost', namespace, {
      postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'lost' }] },
    }),
  );
});
test.after(async () => {
  await world.close();
  await cluster.stop();
});

const debug = (line: string) => world.flux(`debug ${line} -n ${namespace}`);

test('variables are those of the build, one a line, Secrets in plain as Flux shows them', async () => {
  const { code, out } = await debug('ks app --show-vars');
  assert.is(out, 'A=inline\nB=secret\nC=twolines\n');
  assert.is(code, 0);
});

test('a Kustomization without variables, and one whose variables are not there, are errors', async () => {
  assert.match((await debug('ks plain --show-vars')).err, /✗ no post build substitutions found/);
  const { code, err } = await debug('ks lost --show-vars');
  assert.match(
    err,
    /✗ substitute from 'ConfigMap\/lost' error: .*not found.* \(hint: create ConfigMap lost in namespace/,
  );
  assert.is(code, 1);
});

test('status and history are YAML below the address of their documentation', async () => {
  const status = {
    observedGeneration: 1,
    history: [
      {
        digest: 'sha256:1',
        firstReconciled: '2026-01-01T00:00:00Z',
        lastReconciled: '2026-01-01T00:00:00Z',
        lastReconciledDuration: '1s',
        lastReconciledStatus: 'ReconciliationSucceeded',
        totalReconciliations: 2,
      },
    ],
  };
  await world.client.patch(
    Kustomization,
    { namespace, name: 'plain' },
    { status },
    { type: 'merge', subresource: 'status' },
  );
  const page = 'https://fluxcd.io/flux/components/kustomize/kustomizations/';
  const history = await debug('kustomization plain --show-history');
  assert.ok(history.out.startsWith(`# History documentation: ${page}#history\n- digest: sha256:1\n`));
  const { out } = await debug('ks plain --show-status');
  assert.ok(
    out.startsWith(`# Status documentation: ${page}#kustomization-status\nhistory:\n- digest: sha256:1\n`),
  );
  assert.match(out, /\nobservedGeneration: 1\n$/);
});

test('exactly one view of exactly one object has to be asked for', async () => {
  const which = /exactly one of --show-status, --show-vars, or --show-history must be set/;
  assert.match((await debug('ks app')).err, which);
  assert.match((await debug('ks app --show-vars --show-status')).err, which);
  assert.match((await debug('ks --show-vars')).err, /accepts 1 arg\(s\), received 0/);
  assert.match((await debug('ks a b --show-vars')).err, /accepts 1 arg\(s\), received 2/);
});

test('an object that is not there is told with its name', async () => {
  const { code, err } = await debug('ks nobody --show-status');
  assert.match(err, /✗ .*kustomizations\.kustomize\.toolkit\.fluxcd\.io "nobody" not found/);
  assert.is(code, 1);
});

test('of a HelmRelease there are status, history and values', async () => {
  await world.client.create(HelmRelease, {
    apiVersion: HelmRelease.apiVersion,
    kind: HelmRelease.kind,
    metadata: { name: 'release', namespace },
    spec: {
      interval: '1m',
      chart: { spec: { chart: 'x', sourceRef: { kind: 'GitRepository', name: 'x' } } },
    },
  });
  assert.is(
    (await debug('hr release --show-history')).out,
    '# History documentation: https://fluxcd.io/flux/components/helm/helmreleases/#history\n[]\n',
  );
  assert.match(
    (await debug('hr release --show-status')).out,
    /#helmrelease-status\nobservedGeneration: -1\n$/,
  );
});

test('names of Kustomizations are offered', async () => {
  const { out } = await world.flux(`__complete debug ks -n ${namespace} ap`);
  assert.is(out, 'app\n:4\n');
  for (const command of ['build', 'diff']) {
    assert.is((await world.flux(`__complete ${command} ks -n ${namespace} pl`)).out, 'plain\n:4\n');
  }
});

test.run();
