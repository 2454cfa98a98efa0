import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startHealthServer, startMetricsServer } from './servers.ts';

const LOCAL = { host: '127.0.0.1', port: 0 };

async function samples(metrics: Metrics): Promise<Map<string, number>> {
  const { text } = await metrics.expose();
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

test('A reconcile is counted under controller-runtime’s and Flux’s names', async () => {
  const metrics = createMetrics();
  metrics.maxConcurrent('kustomization', 4);
  for (const outcome of ['success', 'requeue_after', 'error', 'terminal_error'] as const) {
    metrics.started('kustomization');
    metrics.finished('kustomization', outcome, 0.2);
  }
  metrics.started('kustomization');
  metrics.panicked('kustomization');
  metrics.duration('Kustomization', { namespace: 'apps', name: 'web' }, 2);
  const values = await samples(metrics);
  const value = (name: string): number | undefined => values.get(name);
  assert.is(value('controller_runtime_reconcile_total{controller="kustomization",result="success"}'), 1);
  assert.is(
    value('controller_runtime_reconcile_total{controller="kustomization",result="requeue_after"}'),
    1,
  );
  assert.is(value('controller_runtime_reconcile_total{controller="kustomization",result="requeue"}'), 0);
  assert.is(value('controller_runtime_reconcile_total{controller="kustomization",result="error"}'), 2);
  assert.is(value('controller_runtime_reconcile_errors_total{controller="kustomization"}'), 2);
  assert.is(value('controller_runtime_terminal_reconcile_errors_total{controller="kustomization"}'), 1);
  assert.is(value('controller_runtime_reconcile_panics_total{controller="kustomization"}'), 1);
  assert.is(value('controller_runtime_active_workers{controller="kustomization"}'), 1);
  assert.is(value('controller_runtime_max_concurrent_reconciles{controller="kustomization"}'), 4);
  assert.is(
    value('controller_runtime_reconcile_time_seconds_bucket{le="0.15",controller="kustomization"}'),
    0,
  );
  assert.is(
    value('controller_runtime_reconcile_time_seconds_bucket{le="0.2",controller="kustomization"}'),
    4,
  );
  const bounds = [...values.keys()].filter((name) =>
    name.startsWith('gotk_reconcile_duration_seconds_bucket'),
  );
  assert.is(bounds.length, 11);
  assert.match(bounds[0] ?? '', 'le="0.01",kind="Kustomization",name="web",namespace="apps"');
  assert.match(bounds[1] ?? '', /le="0\.0383/);
});

test('The series of a deleted object end', async () => {
  const metrics = createMetrics();
  metrics.duration('Kustomization', { namespace: 'apps', name: 'web' }, 2);
  metrics.duration('Kustomization', { namespace: 'apps', name: 'other' }, 2);
  metrics.deleted('Kustomization', { namespace: 'apps', name: 'web' });
  const names = [...(await samples(metrics)).keys()].join('\n');
  assert.not.match(names, 'name="web"');
  assert.match(names, 'name="other"');
});

test('A queue shows depth, waits, and work that is still running', async () => {
  const metrics = createMetrics();
  const queue = metrics.queue('gitrepository');
  const label = '{name="gitrepository",controller="gitrepository"}';
  queue.onAdd();
  queue.onAdd();
  queue.onRetry();
  queue.onDepth(2, 1);
  queue.onQueueDuration(250);
  queue.onQueueDuration(500);
  const began = performance.now();
  while (performance.now() - began < 20);
  const busy = await samples(metrics);
  assert.is(busy.get(`workqueue_adds_total${label}`), 2);
  assert.is(busy.get(`workqueue_retries_total${label}`), 1);
  assert.is(busy.get('workqueue_depth{name="gitrepository",controller="gitrepository",priority="0"}'), 0);
  assert.is(busy.get('workqueue_depth{name="gitrepository",controller="gitrepository",priority="1"}'), 2);
  assert.is(busy.get(`workqueue_queue_duration_seconds_sum${label}`), 0.75);
  const longest = busy.get(`workqueue_longest_running_processor_seconds${label}`) ?? 0;
  assert.ok(longest >= 0.02);
  assert.ok((busy.get(`workqueue_unfinished_work_seconds${label}`) ?? 0) >= 2 * 0.02);
  queue.onWorkDuration(20);
  queue.onWorkDuration(20);
  const done = await samples(metrics);
  assert.is(done.get(`workqueue_unfinished_work_seconds${label}`), 0);
  assert.is(done.get(`workqueue_work_duration_seconds_count${label}`), 2);
});

test('Requests, leadership, missed events and plugin calls are counted', async () => {
  const metrics = createMetrics();
  metrics.apiRequest({ code: '200', host: 'api:6443', method: 'GET' });
  metrics.leader('kustomize-controller-leader-election', true);
  metrics.missedEvents('GitRepository', 3);
  metrics.pluginCall({ plugin: 'kustomize', operation: 'build', result: 'ok', seconds: 0.2 });
  const values = await samples(metrics);
  assert.is(values.get('rest_client_requests_total{code="200",host="api:6443",method="GET"}'), 1);
  assert.is(values.get('leader_election_master_status{name="kustomize-controller-leader-election"}'), 1);
  assert.is(values.get('flux_host_watch_missed_events_total{kind="GitRepository"}'), 3);
  assert.is(values.get('flux_host_plugin_calls_total{plugin="kustomize",operation="build",result="ok"}'), 1);
  const names = [...values.keys()].join('\n');
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ])
    assert.match(names, name);
});

test('What keeps the main thread busy is told apart from what it waits for, and told once', async () => {
  const metrics = createMetrics({ watchMainThread: true });
  const busiest = async () =>
    (await samples(metrics)).get('flux_host_main_thread_busy_seconds_max') ?? Number.NaN;
  const spent = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e6;
  };
  await busiest();
  const before = spent();
  while (spent() - before < 0.1);
  assert.ok((await busiest()) >= 0.1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
  assert.ok((await busiest()) < 0.1);
});

test('Prometheus gets the metrics, and nothing else is there', async () => {
  const server = await startMetricsServer({ address: LOCAL, metrics: createMetrics() });
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', 'text/plain; version=0.0.4');
    assert.match(await response.text(), 'process_cpu_seconds_total');
    assert.is((await fetch(`http://127.0.0.1:${server.port}/debug/pprof/`)).status, 404);
  } finally {
    await server.stop();
  }
});

test('Probes answer ok, or why not', async () => {
  let broken = false;
  const ready = async (): Promise<void> => {
    if (broken) throw new FluxError('FLUX_E_X', 'the cache is not filled yet');
  };
  const server = await startHealthServer({ address: LOCAL, ready });
  const probe = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  };
  try {
    assert.equal(await probe('/healthz'), [200, 'ok']);
    assert.equal(await probe('/readyz'), [200, 'ok']);
    broken = true;
    assert.equal(await probe('/readyz?verbose'), [500, 'the cache is not filled yet']);
    assert.equal(await probe('/healthz'), [200, 'ok']);
    assert.is((await probe('/'))[0], 404);
  } finally {
    await server.stop();
  }
});

test.run();
