import { GitRepository } from '@flux-host/crds/index.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { startCluster } from '@flux-host/test/helpers/cluster.ts';
import { loadAll } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { definitions, deployments, namespaces, secrets } from '../../cluster/resources.ts';
import { flux } from '../../testing/flux.ts';
import { gitRepository } from '../../testing/world.ts';

// A cluster of its own: these commands change what all others need.
const cluster = await startCluster();
const { kubeconfig } = cluster;
const client = await clientFromKubeconfig({ kubeconfig });
const run = (line: string, input?: string) =>
  flux(line.split(' '), { kubeconfig, ...(input !== undefined && { input }) });

test.after(async () => {
  await client.close();
  await cluster.stop();
});

test('before the installation commands say that there is none', async () => {
  const get = await run('get ks');
  assert.is(get.code, 1);
  assert.match(
    get.err,
    /^✗ cannot list Kustomization.*\(hint: this kind is not installed in the cluster: run "flux install".*\)\n$/,
  );
  const all = await run('get all -A');
  assert.equal([all.code, all.all], [0, '']);
  const check = await run('check');
  assert.is(check.code, 1);
  assert.match(check.err, '✗ checking failed: Flux is not installed in this cluster');
  assert.match(check.err, "✗ no controllers found in the 'flux-system' namespace");
  assert.match(check.err, /✗ check failed\n$/);
  assert.match((await run('version')).err, 'no deployments found in flux-system namespace');
});

test('the prerequisites are checked without an installation', async () => {
  const { code, err } = await run('check --pre');
  assert.is(code, 0);
  assert.match(
    err,
    /^► checking prerequisites\n✔ Kubernetes 1\.\d+\.\d+ >=1\.33\.0-0\n✔ prerequisites checks passed\n$/,
  );
});

test('the manifests can be written instead, and nothing else', async () => {
  const { code, out, err } = await run('install --export --registry registry.example.com/team');
  assert.equal([code, err], [0, '']);
  const kinds = loadAll(out).map((object) =>
    typeof object === 'object' && object && 'kind' in object ? object.kind : undefined,
  );
  assert.is(kinds[0], 'Namespace');
  assert.is(kinds.at(-1), 'Deployment');
  assert.match(out, /image: registry\.example\.com\/team\/flux-host:v\d/);
  const installed = await client.list(definitions);
  assert.is(installed.items.length, 0);
});

test('an installation is applied, waited for, and repeated without a change', async () => {
  const first = await run('install');
  assert.is(first.code, 0, first.err);
  assert.is(
    first.err,
    `✚ generating manifests
✔ manifests build completed
► installing components in flux-system namespace
◎ verifying installation
✔ flux-host: deployment ready
✔ install finished
`,
  );
  assert.match(first.out, 'CustomResourceDefinition/kustomizations.kustomize.toolkit.fluxcd.io created\n');
  assert.match(first.out, 'Deployment/flux-system/flux-host created\n');
  const second = await run('install');
  assert.is(second.code, 0);
  assert.not.match(second.out, /(created|configured)\n/);
});

test('an option changes what is installed', async () => {
  const { out } = await run('install --log-level debug');
  assert.match(out, 'Deployment/flux-system/flux-host configured\n');
});

test('the installation is checked, and its version told', async () => {
  const check = await run('check');
  assert.is(check.code, 0, check.err);
  for (const line of [
    /✔ distribution: flux-v\d/,
    /✔ bootstrapped: false\n/,
    /✔ flux-host: deployment ready\n► flux-host:v\d/,
    /✔ gitrepositories\.source\.toolkit\.fluxcd\.io\/v1\n/,
    /✔ all checks passed\n$/,
  ]) {
    assert.match(check.err, line);
  }
  assert.match((await run('version')).out, /^flux: (v.*)\ndistribution: flux-\1\nflux-host: \1\n$/);
});

test('credentials of a registry become a Secret', async () => {
  const { code, out } = await run(
    'install --registry registry.example.com --image-pull-secret pull --registry-creds me:s3cret',
  );
  assert.is(code, 0);
  assert.not.match(out, 's3cret');
  const secret = await client.get<KubeObject>(secrets, { namespace: 'flux-system', name: 'pull' });
  assert.is(secret['type'], 'kubernetes.io/dockerconfigjson');
});

test("Flux's own controllers are not joined by accident", async () => {
  const labels = { app: 'source-controller', 'app.kubernetes.io/part-of': 'flux' };
  const metadata = { name: 'source-controller', namespace: 'flux-system', labels };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'manager', image: 'none' }] } };
  const spec = { replicas: 0, selector: { matchLabels: { app: 'source-controller' } }, template };
  await client.create(deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
  const { code, err } = await run('install');
  assert.is(code, 1);
  assert.match(
    err,
    /✗ Flux's own controllers run in the flux-system namespace \(source-controller\).*--force/,
  );
  assert.is((await run('install --force')).code, 0);
  await client.delete(deployments, metadata);
});

for (const [line, message] of [
  ['install --registry-creds=a:b', '--registry-creds requires --image-pull-secret to be set'],
  [
    'install --image-pull-secret x --registry-creds=a',
    "invalid --registry-creds format, expected 'user:password'",
  ],
  ['install --components=source-controller,sauce', 'component sauce is not available'],
  [
    'install --components-extra=image-automation-controller',
    'component image-automation-controller is not available in this version',
  ],
  ['install --version v2.0.0', "targeted version 'v2.0.0' is not compatible"],
  ['install --log-level loud', "unsupported log level 'loud'"],
] as const) {
  test(`"${line}" is refused: ${message}`, async () => {
    const { code, err } = await run(line);
    assert.is(code, 1);
    assert.ok(err.includes(message), err);
  });
}

test('a trial run of the uninstallation changes nothing', async () => {
  const { code, err } = await run('uninstall --dry-run');
  assert.is(code, 0);
  assert.match(err, '✔ Deployment/flux-system/flux-host deleted (dry run)\n');
  assert.match(err, '✔ Namespace/flux-system deleted (dry run)\n');
  assert.is((await run('check')).code, 0);
});

test('an uninstallation asks first', async () => {
  const { code, err } = await run('uninstall', 'n\n');
  assert.is(code, 1);
  assert.match(
    err,
    /^\? Are you sure you want to delete Flux and its custom resource definitions\? \[y\/N\] ✗ aborting\n$/,
  );
});

test('an uninstallation removes everything, objects with finalizers too, and keeps the namespace on request', async () => {
  const object = gitRepository('app', 'default');
  await client.create(GitRepository, {
    ...object,
    metadata: { ...object.metadata, finalizers: ['finalizers.fluxcd.io'] },
  });
  const { code, err } = await run('uninstall --silent --keep-namespace');
  assert.is(code, 0, err);
  assert.match(err, '✔ GitRepository/default/app finalizers deleted');
  assert.match(err, /✔ uninstall finished\n$/);
  for (let left = 1; left > 0; ) left = (await client.list(definitions)).items.length;
  const { metadata } = await client.getMetadata(namespaces, { namespace: '', name: 'flux-system' });
  assert.is(metadata.deletionTimestamp, undefined);
  const gone = await client
    .getMetadata(deployments, { namespace: 'flux-system', name: 'flux-host' })
    .catch((error: unknown) => error);
  assert.ok(isKube(gone, 'notFound'));
});

test.run();
