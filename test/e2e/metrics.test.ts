import { generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startChartRepository } from '../helpers/chart-repository.ts';
import { startGitServer } from '../helpers/git-server.ts';
import { startTokenServices } from '../helpers/identity-services/token-services.ts';
import { configMap, createApp, gitRepository } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { helmChart, helmRepository } from './helm/objects.ts';

interface Family {
  readonly type: string;
  /** Of every series, sorted; `le` of buckets left out. */
  readonly labels: ReadonlySet<string>;
}

let world: World;
let families: ReadonlyMap<string, Family>;
let close: () => Promise<unknown>;

/** Everything that makes a series come: an App's token, an index of charts, a webhook, an event from outside. */
test.before(async () => {
  const token = 'given-by-the-provider';
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [services, git, charts] = await Promise.all([
    startTokenServices({ appKey: publicKey, token }),
    startGitServer({ auth: { username: 'x-access-token', password: token } }),
    startChartRepository(),
  ]);
  close = () => Promise.all([services.close(), git.close(), charts.close()]);
  await charts.publish('app', '1.0.0');
  world = await createWorld({
    flags: ['--enable-leader-election'],
    env: { RUNTIME_NAMESPACE: 'default' },
  });
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const namespace = await world.cluster.namespace('github');
  const { url } = await git.createRepository('app', { 'one.yaml': configMap('one') });
  const stringData = {
    githubAppID: '7',
    githubAppInstallationOwner: 'team',
    githubAppBaseURL: services.url,
    githubAppPrivateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
  await world.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app', namespace }, stringData },
    gitRepository(namespace, { url, provider: 'github', secretRef: { name: 'app' } }),
    helmRepository(namespace, { url: charts.url }),
    helmChart(namespace, { version: '1.0.0' }),
  );
  await world.ready(`GitRepository/${namespace}/app`);
  await world.ready(`HelmChart/${namespace}/app`);
  await world.ready(app.kustomization);
  await fetch(`${world.host.webhookUrl}/hook/nobody`, { method: 'POST' });
  await fetch(world.host.eventsUrl, { method: 'POST', body: '{}' });
  families = parse(await (await fetch(world.host.metricsUrl)).text());
});
test.after(async () => {
  await world.close();
  await close();
});

function parse(text: string): Map<string, Family> {
  const found = new Map<string, { type: string; labels: Set<string> }>();
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    found.set(name, { type, labels: new Set() });
  for (const [, series = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const family = found.get(series) ?? found.get(series.replace(/_(bucket|sum|count)$/, ''));
    const names = [...labels.matchAll(/([a-z_]+)="/g)].map(([, name]) => name);
    family?.labels.add(
      names
        .filter((name) => name !== 'le')
        .sort()
        .join(),
    );
  }
  return found;
}

const object = 'kind,name,namespace';
const request = 'code,handler,method,service';
const queue = 'controller,name';

/** As Flux 2.9 and controller-runtime 0.24 have them. */
const expected: [name: string, type: string, labels: string][] = [
  ['gotk_reconcile_duration_seconds', 'histogram', object],
  ['gotk_token_cache_events_total', 'counter', `event_type,${object},operation`],
  ['gotk_token_cached_items', 'gauge', ''],
  ['gotk_token_cache_requests_total', 'counter', 'status'],
  ['gotk_token_cache_evictions_total', 'counter', ''],
  ['gotk_cache_events_total', 'counter', 'event_type,name,namespace'],
  ['gotk_event_http_request_duration_seconds', 'histogram', request],
  ['gotk_event_http_response_size_bytes', 'histogram', request],
  ['gotk_event_http_requests_inflight', 'gauge', 'handler,service'],
  ['gotk_receiver_http_request_duration_seconds', 'histogram', request],
  ['gotk_receiver_http_response_size_bytes', 'histogram', request],
  ['gotk_receiver_http_requests_inflight', 'gauge', 'handler,service'],
  ['controller_runtime_reconcile_total', 'counter', 'controller,result'],
  ['controller_runtime_reconcile_errors_total', 'counter', 'controller'],
  ['controller_runtime_terminal_reconcile_errors_total', 'counter', 'controller'],
  ['controller_runtime_reconcile_panics_total', 'counter', 'controller'],
  ['controller_runtime_reconcile_timeouts_total', 'counter', 'controller'],
  ['controller_runtime_reconcile_time_seconds', 'histogram', 'controller'],
  ['controller_runtime_max_concurrent_reconciles', 'gauge', 'controller'],
  ['controller_runtime_active_workers', 'gauge', 'controller'],
  ['workqueue_depth', 'gauge', `${queue},priority`],
  ['workqueue_adds_total', 'counter', queue],
  ['workqueue_retries_total', 'counter', queue],
  ['workqueue_queue_duration_seconds', 'histogram', queue],
  ['workqueue_work_duration_seconds', 'histogram', queue],
  ['workqueue_unfinished_work_seconds', 'gauge', queue],
  ['workqueue_longest_running_processor_seconds', 'gauge', queue],
  ['rest_client_requests_total', 'counter', 'code,host,method'],
  ['leader_election_master_status', 'gauge', 'name'],
  ['go_info', 'gauge', 'version'],
  ['go_memstats_alloc_bytes', 'gauge', ''],
  ['process_cpu_seconds_total', 'counter', ''],
  ['process_resident_memory_bytes', 'gauge', ''],
  ['process_virtual_memory_bytes', 'gauge', ''],
  ['process_start_time_seconds', 'gauge', ''],
  ['process_open_fds', 'gauge', ''],
  ['process_max_fds', 'gauge', ''],
];

for (const [name, type, labels] of expected) {
  test(`a dashboard for Flux finds ${name}`, () => {
    const family = families.get(name);
    assert.ok(family, `${name} is not there`);
    assert.is(family.type, type);
    assert.equal([...family.labels], [labels]);
  });
}

test('what the host has of its own is told by its name', () => {
  const known = new Set(expected.map(([name]) => name));
  const others = [...families.keys()].filter((name) => !known.has(name));
  assert.equal(
    others.filter((name) => !/^(flux_host|nodejs|process)_/.test(name)),
    [],
  );
});

test.run();
