import { gzipSync } from 'node:zlib';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { putObject } from '../../testing/objects.ts';
import { joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;

test.after(() => world.close());

function withInventory(
  name: string,
  namespace: string,
  ids: readonly string[],
  spec: object = {},
): KubeObject {
  const entries = ids.map((id) => ({ id, v: 'v1' }));
  return { ...kustomization(name, namespace, spec), status: { inventory: { entries } } };
}

const manifest = `---
# Source: app/templates/sa.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: app
---
# Source: app/templates/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: app
---
apiVersion: unknown.example.com/v1
kind: Thing
metadata:
  name: app
  namespace: elsewhere
`;

/** The Secret in which Helm keeps a release. */
function helmRecord(namespace: string, data: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: { name: 'sh.helm.release.v1.app.v2', namespace },
    data: { release: Buffer.from(data).toString('base64') },
  };
}

function helmRelease(namespace: string): KubeObject {
  const time = '2026-01-01T00:00:00Z';
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'app', namespace },
    spec: { interval: '5m', chartRef: { kind: 'OCIRepository', name: 'app' } },
    status: {
      storageNamespace: namespace,
      history: [
        {
          chartName: 'app',
          chartVersion: '1.0.0',
          configDigest: 'sha256:0',
          digest: 'sha256:0',
          firstDeployed: time,
          lastDeployed: time,
          name: 'app',
          namespace: 'target',
          status: 'deployed',
          version: 2,
        },
      ],
    },
  };
}

/** A root that applies a Kustomization, which applies the root again and a HelmRelease. */
async function stage(record: string): Promise<string> {
  const namespace = await cluster.namespace();
  const ks = (name: string) => `${namespace}_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;
  const release = `${namespace}_app_helm.toolkit.fluxcd.io_HelmRelease`;
  await putObject(withInventory('root', namespace, [ks('root'), '_apps__Namespace', ks('apps')]), client);
  await putObject(
    withInventory('apps', namespace, [ks('root'), release, `${namespace}_conf__ConfigMap`]),
    client,
  );
  await putObject(helmRelease(namespace), client);
  await putObject(helmRecord(namespace, record), client);
  return namespace;
}

const record = gzipSync(
  JSON.stringify({
    name: 'app',
    namespace: 'target',
    version: 2,
    info: { status: 'deployed' },
    chart: { metadata: { name: 'app', version: '1.0.0' } },
    manifest,
  }),
).toString('base64');

test('the tree holds what Kustomizations and HelmReleases applied, and circles end', async () => {
  const namespace = await stage(record);
  const { code, out, err } = await world.flux(`tree ks root -n ${namespace}`);
  assert.is(err, '');
  assert.is(code, 0);
  assert.is(
    out,
    `Kustomization/${namespace}/root
├── Namespace/apps
└── Kustomization/${namespace}/apps
    ├── Kustomization/${namespace}/root
    ├── HelmRelease/${namespace}/app
    │   ├── ServiceAccount/target/app
    │   ├── ClusterRole/app
    │   └── Thing/elsewhere/app
    └── ConfigMap/${namespace}/conf
`,
  );
  const compact = await world.flux(`tree ks root --compact -n ${namespace}`);
  assert.is(
    compact.out,
    `Kustomization/${namespace}/root
└── Kustomization/${namespace}/apps
    ├── Kustomization/${namespace}/root
    └── HelmRelease/${namespace}/app
`,
  );
});

test('as JSON and YAML the tree has the fields that Flux gives it', async () => {
  const namespace = await cluster.namespace();
  await putObject(withInventory('root', namespace, [`${namespace}_conf__ConfigMap`]), client);
  const node = (kind: string, group: string, name: string) => ({
    Namespace: namespace,
    Name: name,
    GroupKind: { Group: group, Kind: kind },
  });
  const expected = {
    resource: node('Kustomization', 'kustomize.toolkit.fluxcd.io', 'root'),
    resources: [{ resource: node('ConfigMap', '', 'conf') }],
  };
  assert.equal(JSON.parse((await world.flux(`tree ks root -o json -n ${namespace}`)).out), expected);
  assert.equal(load((await world.flux(`tree ks root -o yaml -n ${namespace}`)).out), expected);
});

test('what went to another cluster is not looked for here', async () => {
  const namespace = await cluster.namespace();
  const remote = { kubeConfig: { secretRef: { name: 'remote' } } };
  const id = `${namespace}_apps_kustomize.toolkit.fluxcd.io_Kustomization`;
  await putObject(withInventory('root', namespace, [id], remote), client);
  const { out } = await world.flux(`tree ks root -n ${namespace}`);
  assert.match(out, `└── Kustomization/${namespace}/apps\n`);
});

test('an ArtifactGenerator and its artifacts', async () => {
  const namespace = await cluster.namespace();
  const artifact = (name: string) => ({ name, namespace, digest: 'sha256:0', filename: 'x.tar.gz' });
  await putObject(
    {
      apiVersion: 'source.extensions.fluxcd.io/v1beta1',
      kind: 'ArtifactGenerator',
      metadata: { name: 'gen', namespace },
      spec: {
        sources: [{ alias: 'a', kind: 'GitRepository', name: 'a' }],
        artifacts: [{ name: 'x', copy: [{ from: '@a/**', to: '@artifact/' }] }],
      },
      status: { inventory: [artifact('x'), artifact('y')] },
    },
    client,
  );
  const { out } = await world.flux(`tree artifact generator gen -n ${namespace}`);
  assert.is(
    out,
    `ArtifactGenerator/${namespace}/gen
├── ExternalArtifact/${namespace}/x
└── ExternalArtifact/${namespace}/y
`,
  );
});

test('a record of Helm that cannot be read, and a Kustomization that is gone, are named', async () => {
  const broken = await stage('bm9uc2Vuc2U=');
  const { code, err } = await world.flux(`tree ks root -n ${broken}`);
  assert.is(code, 1);
  assert.match(err, 'sh.helm.release.v1.app.v2');

  const namespace = await cluster.namespace();
  const id = `${namespace}_gone_kustomize.toolkit.fluxcd.io_Kustomization`;
  await putObject(withInventory('root', namespace, [id]), client);
  const gone = await world.flux(`tree ks root -n ${namespace}`);
  assert.is(gone.code, 1);
  assert.match(
    gone.err,
    'failed to find object: kustomizations.kustomize.toolkit.fluxcd.io "gone" not found',
  );
});

for (const [line, message] of [
  ['ks', 'kustomization name is required'],
  ['ks nope', '"nope" not found'],
  ['ks nope -o xml', 'invalid argument "xml" for "-o, --output" flag: must be one of: json, yaml'],
  ['artifact generator', 'accepts 1 arg(s), received 0'],
] as const) {
  test(`"tree ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`tree ${line}`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
