import { startGitServer } from '@flux-host/test/helpers/git-server.ts';
import { startHost } from '@flux-host/test/helpers/host.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pods } from '../../cluster/resources.ts';
import type { FluxResult } from '../../testing/flux.ts';
import { putObject } from '../../testing/objects.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const namespace = await cluster.namespace();
const git = await startGitServer();
// The cluster is shared: the host looks after this namespace alone.
const host = await startHost({
  kubeconfig: cluster.kubeconfig,
  flags: ['--watch-all-namespaces=false'],
  env: { RUNTIME_NAMESPACE: namespace },
});

const deployment = (name: string, annotations: object = {}): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: 'app', image: 'example.com/app:1.0.0' }] },
      },
    },
  });

const repository = await git.createRepository('app', {
  'good/web.yaml': deployment('web'),
  'sick/sick.yaml': deployment('sick', { 'local.flux-host.dev/pod': 'never-ready' }),
  'bad/kustomization.yaml': 'resources: [missing.yaml]\n',
});

test.before(async () => {
  await putObject(gitRepository('app', namespace, { url: repository.url }), client);
  await putObject(gitRepository('lost', namespace, { url: repository.url, ref: { branch: 'nope' } }), client);
  const source = { sourceRef: { kind: 'GitRepository', name: 'app' } };
  for (const [name, spec] of Object.entries({
    good: { ...source, path: './good', wait: true },
    sick: { ...source, path: './sick', wait: true, timeout: '10m' },
    bad: { ...source, path: './bad' },
    late: { sourceRef: { kind: 'GitRepository', name: 'lost' } },
    after: { ...source, path: './good', dependsOn: [{ name: 'bad' }] },
    orphan: { sourceRef: { kind: 'GitRepository', name: 'nobody' } },
  })) {
    await putObject(kustomization(name, namespace, spec), client);
  }
});

test.after(async () => {
  await host.stop();
  await git.close();
  await world.close();
});

/** Asks again until the host has come so far. */
async function explained(line: string, pattern: RegExp): Promise<FluxResult> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const result = await world.flux(`explain ${line} -n ${namespace}`);
    if (pattern.test(result.out)) return result;
    if (Date.now() > deadline) throw new Error(`it never matched ${pattern}:\n${result.all}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

test('what is ready is said to be, with the way that it came', async () => {
  const { code, out, err } = await explained('ks/good', /is ready\n/);
  assert.is(err, '');
  assert.is(code, 0);
  assert.match(
    out,
    /✔ GitRepository\/\S+\/app +source +stored artifact for revision 'main@sha1:[0-9a-f]{8}'\n/,
  );
  assert.not.match(out, 'Cause:');
  const web = await explained('deployment web', /is ready\n/);
  assert.is(web.code, 0);
  assert.match(web.out, /✔ Kustomization\/\S+\/good +applied it +Applied revision: main@sha1:/);
});

test('a health check that runs leads to the pod and its container', async () => {
  const { code, out } = await explained('ks/sick', /Cause: Pod/);
  assert.is(code, 1);
  assert.match(out, `◎ Kustomization/${namespace}/sick is not ready yet\n`);
  assert.match(out, /◎ Deployment\/\S+\/sick +applied by it +InProgress: Available: 0\/1\n/);
  assert.match(
    out,
    /Cause: Pod\/\S+\/sick-\S+, container app: NotReady: it runs, and its readiness or startup probe/,
  );
  assert.match(out, /\nNext:\n {2}kubectl logs sick-\S+ -c app -n /);
  const below = await explained(
    'deployment/sick',
    /◎ Kustomization\/\S+\/sick +applied it +Progressing: Running health checks/,
  );
  assert.is(below.code, 1);
  assert.match(below.out, 'Cause: Pod/');
});

test('a source that fails is the cause for those that wait for it, with the hint of its error', async () => {
  const { code, out } = await explained('ks late', /Cause: GitRepository/);
  assert.is(code, 1);
  assert.match(out, /✗ GitRepository\/\S+\/lost +source +GitOperationFailed: /);
  assert.match(out, 'GitOperationFailed: failed to checkout and determine revision: unable to clone');
  assert.match(out, "\nHint: there are main; the repository's default branch is main\n");
  assert.match(out, `  flux reconcile source git lost -n ${namespace}\n`);
  assert.match(out, '  read docs/troubleshooting.md#gitoperationfailed\n');
  assert.match(out, /Warning +GitOperationFailed +GitRepository\/lost/);
});

test('a dependency that fails is the cause, and the command that shows the failure is named', async () => {
  const { out } = await explained('ks/after', /dependsOn +BuildFailed/);
  assert.match(
    out,
    `Cause: Kustomization/${namespace}/bad: BuildFailed: bad/kustomization.yaml: resource 'missing.yaml'`,
  );
  assert.match(out, `\nNext:\n  flux build kustomization bad --path ./bad -n ${namespace}\n`);
});

test('a source that is missing is said to be', async () => {
  const { out } = await explained('ks/orphan', /Cause: GitRepository/);
  assert.match(out, `Cause: GitRepository/${namespace}/nobody: NotFound: it does not exist\nHint: create it`);
  assert.match(out, '\n  flux get sources git -A\n');
});

test('what was applied can be traced and drawn', async () => {
  await explained('ks/good', /is ready\n/);
  const trace = await world.flux(`trace deployment web -n ${namespace}`);
  assert.is(trace.code, 0, trace.err);
  assert.match(trace.out, /\nKustomization: {3}good\n[\s\S]*\nPath: {12}\.\/good\nRevision: {8}main@sha1:/);
  assert.match(
    trace.out,
    `\nGitRepository:   app\nNamespace:       ${namespace}\nURL:             ${repository.url}\n`,
  );
  const { items } = await client.list(pods, { namespace, labelSelector: 'app=web' });
  const ofPod = await world.flux(`trace pod/${items[0]?.metadata.name} -n ${namespace}`);
  assert.match(ofPod.out, '\nKustomization:   good\n');
  const tree = await world.flux(`tree ks good -n ${namespace}`);
  assert.is(tree.out, `Kustomization/${namespace}/good\n└── Deployment/${namespace}/web\n`);
});

test.run();
