import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment } from './app.ts';
import { createWorld, type World } from './harness.ts';

const main = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'host', 'main.ts');
let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** Runs the host until it ends by itself. */
async function run(flags: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    [main, '--metrics-addr=0', '--health-addr=0', '--storage-addr=127.0.0.1:0', '--receiverAddr=0', ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    },
  );
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, output };
}

const refused: [string, string[], RegExp][] = [
  ['an unknown flag', ['--no-such-flag'], /✗ --no-such-flag: unknown flag/],
  ['a value of a wrong type', ['--concurrent=many'], /--concurrent: "many" is not a whole number/],
  [
    'a default account where objects may use none',
    ['--default-kubeconfig-service-account=x'],
    /--default-kubeconfig-service-account: .*ObjectLevelWorkloadIdentity is not enabled/,
  ],
  ['algorithms of SSH', ['--ssh-kex-algos=x'], /--ssh-kex-algos: the git plugin negotiates/],
  ['an unknown gate', ['--feature-gates=Nope=true'], /there is no gate "Nope".*gates are:/],
  ['an unknown component', ['--components=nope'], /there is no component "nope"/],
  ['an unknown log level', ['--log-level=loud'], /--log-level: "loud" is none of trace, debug, info, error/],
  ['a selector that is none', ['--watch-label-selector=a in b'], /--watch-label-selector: /],
  ['a jitter above 99', ['--interval-jitter-percentage=100'], /percentage from 0 to 99/],
  [
    'lease times that do not go together',
    ['--enable-leader-election', '--leader-election-lease-duration=5s'],
    /has to be longer than the renew deadline/,
  ],
  ['an address that is none', ['--metrics-addr=here'], /invalid listen address "here".*hint/],
  ['a kubeconfig that is missing', ['--kubeconfig=/nonexistent/config'], /\/nonexistent\/config/],
  ['no cluster at all', [], /✗ .*kubeconfig/i],
];

for (const [what, flags, message] of refused) {
  test(`the host refuses ${what} and says why`, async () => {
    const { code, output } = await run(flags);
    assert.is(code, 1);
    assert.match(output, message);
    assert.not.match(output, /\n\s+at /, 'no stack trace');
  });
}

test('a port that is taken ends the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  assert.ok(address && typeof address === 'object');
  for (const flag of ['metrics-addr', 'health-addr', 'storage-addr', 'receiverAddr']) {
    const { code, output } = await run([
      `--kubeconfig=${world.cluster.kubeconfig}`,
      `--storage-path=${join(tmpdir(), `flux-host-e2e-${process.pid}`)}`,
      `--${flag}=127.0.0.1:${address.port}`,
    ]);
    assert.is(code, 1, `${flag}: ${output}`);
    assert.match(output, new RegExp(`${address.port}.*in use`));
  }
  other.close();
});

test('a storage folder that cannot be written ends the start with its path', async () => {
  const { code, output } = await run([
    `--kubeconfig=${world.cluster.kubeconfig}`,
    '--storage-path=/dev/null/storage',
  ]);
  assert.is(code, 1);
  assert.match(output, /✗ .*\/dev\/null\/storage/);
});

test('flags without an effect are accepted and logged once', async () => {
  const host = await world.startHost({
    flags: ['--kube-api-qps=500', '--components=source-controller,image-automation-controller'],
  });
  const logs = await host.logs();
  assert.match(logs, /flag without effect: --kube-api-qps: /);
  assert.match(logs, /image-automation-controller is not part of this version/);
  await host.stop();
  world.hosts.pop();
});

test('probes and metrics answer under the names of Flux', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  for (const path of ['healthz', 'readyz'])
    assert.is((await fetch(`${world.host.healthUrl}/${path}`)).status, 200);
  const answer = await fetch(world.host.metricsUrl);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  const metrics = await answer.text();
  const expected = [
    `gotk_reconcile_duration_seconds_count\\{kind="Kustomization",name="app",namespace="${app.namespace}"\\}`,
    `gotk_reconcile_duration_seconds_bucket\\{le="\\+Inf",kind="GitRepository",name="app",namespace="${app.namespace}"\\}`,
    'controller_runtime_reconcile_total\\{controller="kustomization",result="requeue_after"\\} [1-9]',
    'controller_runtime_reconcile_time_seconds_bucket',
    'controller_runtime_active_workers\\{controller="gitrepository"\\}',
    'controller_runtime_max_concurrent_reconciles\\{controller="gitrepository"\\} 10',
    'workqueue_depth\\{',
    'workqueue_adds_total\\{',
    'workqueue_queue_duration_seconds_bucket',
    'rest_client_requests_total\\{.*method="PATCH".*\\} [1-9]',
    'process_cpu_seconds_total',
  ];
  for (const pattern of expected) assert.match(metrics, new RegExp(`^${pattern}`, 'm'));
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.eventually(
    { what: 'the series of the deleted object to end' },
    async () =>
      !(await (await fetch(world.host.metricsUrl)).text()).includes(
        `kind="Kustomization",name="app",namespace="${app.namespace}"`,
      ),
  );
});

test('log lines have the fields of controller-runtime', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  let found: Record<string, unknown> | undefined;
  await world.eventually({ what: 'the line' }, async () => {
    const lines = (await world.host.logs()).split('\n').filter((line) => line.startsWith('{'));
    found = lines
      .map((line): Record<string, unknown> => JSON.parse(line))
      .find(
        (line) =>
          line['namespace'] === app.namespace &&
          String(line['msg']).startsWith('Reconciliation finished in '),
      );
    return found !== undefined;
  });
  assert.equal(found?.['level'], 'info');
  assert.match(String(found?.['ts']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.is(found?.['controller'], 'kustomization');
  assert.is(found?.['controllerGroup'], 'kustomize.toolkit.fluxcd.io');
  assert.is(found?.['controllerKind'], 'Kustomization');
  assert.equal(found?.['Kustomization'], { name: 'app', namespace: app.namespace });
  assert.is(found?.['name'], 'app');
  assert.match(String(found?.['reconcileID']), /^[0-9a-f-]{36}$/);
  assert.is(found?.['revision'], await app.revision());
});

test('an unchanged interval writes nothing to the API server', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'web.yaml': deployment('web') },
    spec: { wait: true },
  });
  await world.ready(app.kustomization);
  await world.patch(app.kustomization, { spec: { interval: '1s' } });
  await world.patch(app.source, { spec: { interval: '1s' } });
  await world.ready(app.kustomization);
  await world.ready(app.source);
  const count = async (pattern: RegExp) =>
    [...(await (await fetch(world.host.metricsUrl)).text()).matchAll(pattern)].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  const writes = () =>
    count(/^rest_client_requests_total\{[^}]*method="(?:PATCH|POST|PUT|DELETE)"[^}]*\} (\d+)/gm);
  const runs = () =>
    count(
      new RegExp(
        `^gotk_reconcile_duration_seconds_count\\{kind="(?:Kustomization|GitRepository)",name="app",namespace="${app.namespace}"\\} (\\d+)`,
        'gm',
      ),
    );
  // Events of what came before are written a little later.
  await world.eventually({ what: 'the events' }, async () =>
    (await world.events(app.kustomization)).some(({ reason }) => reason === 'ReconciliationSucceeded'),
  );
  const settled = async () => {
    const [a, at] = [await writes(), await runs()];
    await world.eventually({ what: 'two more intervals' }, async () => (await runs()) >= at + 4);
    return (await writes()) - a;
  };
  await settled();
  const { metadata } = await world.get(app.kustomization);
  assert.is(await settled(), 0);
  assert.is((await world.get(app.kustomization)).metadata.resourceVersion, metadata.resourceVersion);
});

test('SIGTERM in the middle of an apply ends with exit code 0, and the next start completes it', async () => {
  const files = (round: number) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`c${n}.yaml`, configMap(`c${n}`, { round: `${round}` })]),
    );
  const app = await createApp(world, { files: files(0) });
  await world.ready(app.kustomization, await app.revision(), 60_000);
  const revision = await app.push({ files: files(1) });
  await world.eventually({ what: 'the apply to begin' }, async () => {
    const last = await world.get(app.ref('ConfigMap', 'c0'));
    return last.data?.['round'] === '1';
  });
  const { host } = world;
  await host.stop();
  assert.is(host.exitCode, 0);
  world.hosts.pop();
  const { status } = await world.get(app.kustomization);
  assert.is(status?.lastAppliedRevision, revision, 'what was in flight was finished');
  await world.startHost();
  await world.ready(app.kustomization, revision);
});

test('SIGTERM during a health check does not wait for it', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web', { neverReady: true }) },
    spec: { wait: true, timeout: '10m' },
  });
  await world.until(
    app.kustomization,
    'to check health',
    ({ status }) =>
      status?.conditions?.some(({ message }) => message.startsWith('Running health checks')) ?? false,
  );
  const { host } = world;
  await host.stop();
  assert.is(host.exitCode, 0);
  world.hosts.pop();
  await world.startHost();
  await world.ready(app.kustomization, await app.push({ files: { 'web.yaml': deployment('web') } }));
});

test.run();
