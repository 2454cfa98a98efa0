import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { giveRights } from '@flux-host/test/helpers/rights.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { condition, putObject } from '../../testing/objects.ts';
import { artifactStatus } from '../../testing/statuses.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;

test.after(() => world.close());

const ready = (status: object = {}) => ({
  observedGeneration: 1,
  conditions: [condition({ message: 'all is well' })],
  ...status,
});

const failing = (reason: string, message: string, status: object = {}) => ({
  observedGeneration: 1,
  conditions: [condition({ status: 'False', reason, message })],
  ...status,
});

async function stage(source: object = ready(artifactStatus('v1'))): Promise<string> {
  const namespace = await cluster.namespace();
  await putObject({ ...gitRepository('app', namespace), status: source }, client);
  return namespace;
}

const put = (name: string, namespace: string, parts: { status?: object; spec?: object; labels?: object }) =>
  putObject(
    {
      ...kustomization(name, namespace, { sourceRef: { kind: 'GitRepository', name: 'app' }, ...parts.spec }),
      metadata: { name, namespace, ...(parts.labels && { labels: { ...parts.labels } }) },
      ...(parts.status && { status: parts.status }),
    },
    client,
  );

/** A pod that belongs to no controller and to no node; its status is what the test says. */
function pod(name: string, namespace: string, status: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      nodeName: 'nowhere',
      containers: [{ name: 'app', image: 'example.com/app' }],
    },
    status: { phase: 'Pending', ...status },
  };
}

const container = (state: object, lastState: object = {}) => ({
  containerStatuses: [
    { name: 'app', image: 'x', imageID: '', ready: false, restartCount: 1, state, lastState },
  ],
});

const pods: readonly (readonly [string, object, RegExp])[] = [
  [
    'an image that cannot be pulled',
    container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } }),
    /container app: ImagePullBackOff: Back-off pulling image "x"\nHint: check the name and tag[\s\S]*Next:\n {2}kubectl describe pod p -n /,
  ],
  [
    'a program that ends again and again',
    container(
      { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
      { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    ),
    /CrashLoopBackOff: back-off 5m0s; it ended before: OOMKilled, exit code 137\nHint: [\s\S]*kubectl logs p -c app --previous -n /,
  ],
  [
    'a Secret that a container lacks',
    container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "s" not found' } }),
    /CreateContainerConfigError: secret "s" not found\nHint: a ConfigMap or Secret that the container refers to/,
  ],
  [
    'a pod that fits nowhere',
    {
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes are available',
        },
      ],
    },
    /Pod\/\S+\/p: Unschedulable: 0\/1 nodes are available\nHint: no node has room/,
  ],
  [
    'a pod that was evicted',
    { phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
    /Evicted: low on memory\nHint: its node ran out/,
  ],
];

for (const [what, status, page] of pods) {
  test(`${what} is told in its own words, with what to do`, async () => {
    const namespace = await cluster.namespace();
    await putObject(pod('p', namespace, status), client);
    const { code, out } = await world.flux(`explain po/p -n ${namespace}`);
    assert.is(code, 1);
    assert.match(out, page);
    assert.match(out, 'Note: It is not managed by Flux.\n');
  });
}

test('the chain holds sources, parents and dependencies, each once', async () => {
  const namespace = await stage();
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'root',
    'kustomize.toolkit.fluxcd.io/namespace': namespace,
  };
  await put('root', namespace, { status: ready(), labels });
  await put('base', namespace, { status: ready(), labels, spec: { dependsOn: [{ name: 'app' }] } });
  await put('app', namespace, {
    status: failing('ReconciliationFailed', 'Service/x invalid (hint: correct it)'),
    labels,
    spec: { dependsOn: [{ name: 'base' }], path: './deploy/prod' },
  });
  const { code, out } = await world.flux(`explain ks/app -n ${namespace}`);
  assert.is(code, 1);
  const lines = out.split('\n');
  assert.equal(
    lines.slice(3, lines.indexOf('', 3)).map((line) => line.trim().split(/ {2,}/)),
    [
      [`✔ GitRepository/${namespace}/app`, 'source', 'all is well'],
      [`✔ Kustomization/${namespace}/root`, 'applied it', 'all is well'],
      [`✔ Kustomization/${namespace}/base`, 'dependsOn', 'all is well'],
      [`✗ Kustomization/${namespace}/app`, 'ReconciliationFailed: Service/x invalid'],
    ],
  );
  assert.match(
    out,
    `\nCause: Kustomization/${namespace}/app: ReconciliationFailed: Service/x invalid\nHint: correct it\n`,
  );
  assert.match(
    out,
    `\nNext:\n  flux diff kustomization app --path ./deploy/prod -n ${namespace}\n  flux reconcile kustomization app -n ${namespace}\n  read docs/troubleshooting.md#reconciliationfailed\n`,
  );
});

test('what is ready is ready, and what may be out of date is noted', async () => {
  const namespace = await stage(failing('GitOperationFailed', 'no answer', artifactStatus('v1')));
  await put('app', namespace, { status: ready() });
  const { code, out } = await world.flux(`explain ks/app -n ${namespace}`);
  assert.is(code, 0);
  assert.match(out, `✔ Kustomization/${namespace}/app is ready\n`);
  assert.match(
    out,
    `Note: GitRepository/${namespace}/app is not ready: what is in the cluster may be out of date.\n`,
  );
  assert.not.match(out, 'Cause:');
});

test('what is suspended is said to be, with the command that resumes it', async () => {
  const namespace = await stage();
  await put('app', namespace, { status: failing('BuildFailed', 'broken'), spec: { suspend: true } });
  const { code, out } = await world.flux(`explain ks/app -n ${namespace}`);
  assert.is(code, 1);
  assert.match(out, `✗ Kustomization/${namespace}/app is not ready (suspended)\n`);
  assert.match(out, 'Note: It is suspended: nothing is done about it until it is resumed.\n');
  assert.match(out, `\nNext:\n  flux resume kustomization app -n ${namespace}\n`);
});

test('an object that nobody looked at points at the controllers', async () => {
  const namespace = await cluster.namespace();
  await putObject(gitRepository('app', namespace), client);
  const { code, out } = await world.flux(`explain gitrepo app -n ${namespace}`);
  assert.is(code, 1);
  assert.match(out, 'it has no status yet\nHint: no controller has looked at it');
  assert.match(out, '\nNext:\n  flux check\n');
});

test('a release leads to its chart, and to what it depends on', async () => {
  const namespace = await cluster.namespace();
  const sourceRef = { kind: 'HelmRepository', name: 'charts' };
  const release = (name: string, status: object, spec: object = {}): KubeObject => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace },
    spec: { interval: '5m', chart: { spec: { chart: 'app', sourceRef } }, ...spec },
    status,
  });
  await putObject(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { name: 'charts', namespace },
      spec: { url: 'https://example.com', interval: '5m' },
      status: failing('IndexationFailed', 'index not found (hint: check spec.url)'),
    },
    client,
  );
  await putObject(release('db', failing('SourceNotReady', "HelmRepository 'charts' is not ready")), client);
  await putObject(
    release('app', failing('DependencyNotReady', "dependency 'db' is not ready"), {
      dependsOn: [{ name: 'db' }],
    }),
    client,
  );
  const { code, out } = await world.flux(`explain hr/app -n ${namespace} -o json`);
  assert.is(code, 1);
  const page = JSON.parse(out);
  assert.is(page.ready, false);
  assert.equal(page.cause.object, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    namespace,
    name: 'charts',
  });
  assert.is(page.hint, 'check spec.url');
  assert.equal(
    page.chain.map(
      ({ relation, object, state }: { relation: string; object: { kind: string }; state: string }) =>
        [relation, object.kind, state].join(' '),
    ),
    ['source HelmRepository failed', 'dependency HelmRelease waiting', 'self HelmRelease waiting'],
  );
  assert.equal(page.next.slice(-1), [`flux reconcile source helm charts -n ${namespace}`]);
});

test('who may not read something is told so, and sees the rest', async () => {
  const namespace = await stage();
  await put('app', namespace, { status: failing('BuildFailed', 'broken') });
  await giveRights(cluster, {
    user: 'jane',
    namespace,
    rules: [{ apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['*'], verbs: ['get'] }],
  });
  const { code, out, err } = await world.flux(`explain ks/app -n ${namespace} --as jane`);
  assert.is(err, '');
  assert.is(code, 1);
  assert.match(out, /\? GitRepository\/\S+\/app +source +Forbidden: you may not read it\n/);
  assert.match(out, 'BuildFailed: broken\n');
});

for (const [line, message] of [
  ['', 'either `<resource>/<name>` or `<resource> <name>` is required'],
  ['ks/a ks/b', 'one object can be explained at a time'],
  ['wombat/a', `the server doesn't have a resource type "wombat"`],
  ['ks/nope', 'kustomizations.kustomize.toolkit.fluxcd.io "nope" not found (hint: it was looked for in'],
  ['ks/nope -o yaml', 'must be one of: text, json'],
] as const) {
  test(`"explain ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`explain ${line}`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
