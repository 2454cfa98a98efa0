import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { goTime } from '../../output/go-time.ts';
import { condition, putObject } from '../../testing/objects.ts';
import { artifactStatus } from '../../testing/statuses.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const when = goTime('2026-01-01T00:00:00Z');

test.after(() => world.close());

const labels = (kind: 'kustomize' | 'helm', namespace: string) => ({
  [`${kind}.toolkit.fluxcd.io/name`]: 'app',
  [`${kind}.toolkit.fluxcd.io/namespace`]: namespace,
});

function configMap(name: string, namespace: string, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...metadata } };
}

/** A namespace with a source and a Kustomization of it. */
async function stage(source: object = {}): Promise<string> {
  const namespace = await cluster.namespace();
  await putObject(
    {
      ...gitRepository('app', namespace, { ref: { tag: 'v1' } }),
      status: { conditions: [condition()], ...artifactStatus('v1@sha1:1'), ...source },
    },
    client,
  );
  const status = { conditions: [condition({ message: 'applied' })], lastAppliedRevision: 'v1@sha1:1' };
  await putObject({ ...kustomization('app', namespace, { targetNamespace: 'apps' }), status }, client);
  return namespace;
}

test('an object is traced to its Kustomization and source', async () => {
  const namespace = await stage();
  await putObject(configMap('conf', namespace, { labels: labels('kustomize', namespace) }), client);
  const { code, out, err } = await world.flux(`trace cm conf -n ${namespace}`);
  assert.is(err, '');
  assert.is(code, 0);
  assert.is(
    out,
    `
Object:          ConfigMap/conf
Namespace:       ${namespace}
Status:          Managed by Flux
---
Kustomization:   app
Namespace:       ${namespace}
Target:          apps
Path:            ./deploy
Revision:        v1@sha1:1
Status:          Last reconciled at ${when}
Message:         applied
---
GitRepository:   app
Namespace:       ${namespace}
URL:             https://example.com/repository
Tag:             v1
Revision:        v1@sha1:1
Status:          Last reconciled at ${when}
Message:         done
`,
  );
});

test('an object is traced through those that own it, and a failing source is said to fail', async () => {
  const namespace = await stage({ conditions: [condition({ status: 'False', message: 'no answer' })] });
  await putObject(configMap('owner', namespace, { labels: labels('kustomize', namespace) }), client);
  const { metadata } = await client.get<KubeObject>(
    await client.resourceFor({ group: '', version: 'v1', kind: 'ConfigMap' }),
    { namespace, name: 'owner' },
  );
  const ownerReferences = [
    { apiVersion: 'gone.example.com/v1', kind: 'Gone', name: 'x', uid: 'x' },
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid },
  ];
  await putObject(configMap('owned', namespace, { ownerReferences }), client);
  const { out } = await world.flux(`trace configmap/owned -n ${namespace}`);
  assert.match(out, 'Object:          ConfigMap/owned\n');
  assert.match(out, 'Kustomization:   app\n');
  assert.match(out, `Status:          Last reconciliation failed at ${when}\nMessage:         no answer\n`);
});

test('a HelmRelease, its chart and its repository are told', async () => {
  const namespace = await cluster.namespace();
  const repository = { kind: 'HelmRepository', name: 'charts' };
  const metadata = { name: 'app', namespace };
  await putObject(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { ...metadata, name: 'charts' },
      spec: { url: 'https://example.com/charts', interval: '5m' },
    },
    client,
  );
  await putObject(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
      metadata: { ...metadata, name: `${namespace}-app` },
      spec: { chart: 'app', version: '1.x', sourceRef: repository, interval: '5m' },
      status: { conditions: [condition({ message: 'pulled' })], ...artifactStatus('1.2.3') },
    },
    client,
  );
  await putObject(
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata,
      spec: { interval: '5m', chart: { spec: { chart: 'app', sourceRef: repository } } },
      status: { helmChart: `${namespace}/${namespace}-app`, lastAttemptedRevision: '1.2.3' },
    },
    client,
  );
  await putObject(configMap('conf', namespace, { labels: labels('helm', namespace) }), client);
  const { out } = await world.flux(`trace conf --kind=configmap --api-version=v1 -n ${namespace}`);
  assert.is(
    out,
    `
Object:         configmap/conf
Namespace:      ${namespace}
Status:         Managed by Flux
---
HelmRelease:    app
Namespace:      ${namespace}
Revision:       1.2.3
Status:         Unknown
---
HelmChart:      ${namespace}-app
Namespace:      ${namespace}
Chart:          app
Version:        1.x
Revision:       1.2.3
Status:         Last reconciled at ${when}
Message:        pulled
---
HelmRepository: charts
Namespace:      ${namespace}
URL:            https://example.com/charts
Status:         Unknown
`,
  );
});

test('several objects are traced one after another; what is not managed by Flux is told in between', async () => {
  const namespace = await stage();
  await putObject(configMap('a', namespace, { labels: labels('kustomize', namespace) }), client);
  await putObject(configMap('b', namespace), client);
  await putObject(
    configMap('c', namespace, { labels: { 'kustomize.toolkit.fluxcd.io/name': 'nope' } }),
    client,
  );
  const { code, all } = await world.flux(`trace cm/a cm/b cm/c -n ${namespace}`);
  assert.is(code, 0);
  assert.match(all, 'Object:          ConfigMap/a\n');
  assert.match(
    all,
    `---\nfailed to trace ConfigMap/b in namespace ${namespace}: object not managed by Flux\n---\nfailed to trace ConfigMap/c in namespace ${namespace}: failed to find kustomization: kustomizations.kustomize.toolkit.fluxcd.io "nope" not found\n`,
  );
});

for (const [line, message] of [
  ['', 'either `<resource>/<name>` or `<resource> <name>` is required as an argument'],
  ['cm', 'either `<resource>/<name>` or `<resource> <name>` is required as an argument'],
  ['cm/a b', 'either `<resource>/<name>` or `<resource> <name>` is required as an argument'],
  ['cm/a/b', 'may not have more than one slash'],
  ['wombat/a', `the server doesn't have a resource type "wombat"`],
  ['cm/nope', 'configmaps "nope" not found'],
  ['--kind=ConfigMap', 'object name is required'],
  ['a --kind=ConfigMap', 'object apiVersion is required (--api-version)'],
  ['a --api-version=v1', 'object kind is required (--kind)'],
  ['a --api-version=v1 --kind=Wombat', 'failed to find object: no matches for kind "Wombat" in version "v1"'],
] as const) {
  test(`"trace ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`trace ${line}`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
