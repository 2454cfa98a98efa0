import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FlagName, flags } from '../config/flags.ts';
import { parseFlags } from '../config/parse-flags.ts';
import { thrownBy } from '../errors/testing.ts';
import { at } from '../json.ts';
import { type HostOptions, hostOptions } from './options.ts';

const env = { RUNTIME_NAMESPACE: 'flux' };
const optionsOf = (...args: string[]): HostOptions => hostOptions(parseFlags(args, {}), env);
const identity = '--feature-gates=ObjectLevelWorkloadIdentity=true';
const election = '--enable-leader-election';

interface Case {
  readonly flag: FlagName;
  /** In Flux 2.9; undefined for flags of this host. */
  readonly flux?: string | undefined;
  readonly value: string;
  /** Where it arrives in the options of the process, as a path. */
  readonly path: string;
  readonly becomes: unknown;
  readonly with?: readonly string[];
}

/** Every flag that has an effect: what Flux's default is, and what becomes of a value. */
const cases: readonly Case[] = [
  { flag: 'metrics-addr', flux: ':8080', value: ':1', path: 'metricsAddress', becomes: ':1' },
  { flag: 'health-addr', flux: ':9440', value: ':1', path: 'healthAddress', becomes: ':1' },
  { flag: 'events-addr', flux: '', value: 'http://x/', path: 'eventsAddress', becomes: 'http://x/' },
  { flag: 'concurrent', value: '7', path: 'concurrency', becomes: 7 },
  { flag: 'log-encoding', flux: 'json', value: 'console', path: 'log.encoding', becomes: 'console' },
  { flag: 'log-level', flux: 'info', value: 'trace', path: 'log.level', becomes: 'trace' },
  { flag: 'min-retry-delay', flux: '750ms', value: '1s', path: 'retry.minMs', becomes: 1000 },
  { flag: 'max-retry-delay', flux: '15m', value: '1m', path: 'retry.maxMs', becomes: 60_000 },
  { flag: 'watch-all-namespaces', flux: 'true', value: 'false', path: 'namespace', becomes: 'flux' },
  { flag: 'watch-label-selector', flux: '', value: 'a=b', path: 'labelSelector', becomes: 'a=b' },
  {
    flag: 'watch-configs-label-selector',
    flux: 'reconcile.fluxcd.io/watch=Enabled',
    value: 'a=b',
    path: 'configSelector',
    becomes: 'a=b',
  },
  { flag: 'interval-jitter-percentage', flux: '5', value: '0', path: 'jitterPercentage', becomes: 0 },
  {
    flag: 'no-cross-namespace-refs',
    flux: 'false',
    value: 'true',
    path: 'noCrossNamespaceRefs',
    becomes: true,
  },
  { flag: 'feature-gates', value: 'GroupChangeLog=true', path: 'kustomize.groupChangeLog', becomes: true },
  { flag: 'token-cache-max-size', flux: '100', value: '0', path: 'cloud.cacheSize', becomes: 0 },
  { flag: 'token-cache-max-duration', flux: '1h', value: '5m', path: 'cloud.cacheMs', becomes: 300_000 },
  {
    flag: 'default-service-account',
    flux: '',
    value: 'tenant',
    path: 'kustomize.defaultServiceAccount',
    becomes: 'tenant',
  },
  { flag: 'default-service-account', flux: '', value: 't', path: 'helm.defaultServiceAccount', becomes: 't' },
  {
    flag: 'default-kubeconfig-service-account',
    flux: '',
    value: 'far',
    path: 'kustomize.remote.defaultServiceAccount',
    becomes: 'far',
    with: [identity],
  },
  {
    flag: 'default-decryption-service-account',
    flux: '',
    value: 'decryptor',
    path: 'decryption.defaultServiceAccount',
    becomes: 'decryptor',
  },
  {
    flag: 'insecure-kubeconfig-exec',
    flux: 'false',
    value: 'true',
    path: 'kustomize.remote.insecureExec',
    becomes: true,
  },
  {
    flag: 'insecure-kubeconfig-tls',
    flux: 'false',
    value: 'true',
    path: 'kustomize.remote.insecureTls',
    becomes: true,
  },
  {
    flag: 'enable-leader-election',
    flux: 'false',
    value: 'true',
    path: 'leaderElection.leaseDurationMs',
    becomes: 35_000,
  },
  {
    flag: 'leader-election-lease-duration',
    flux: '35s',
    value: '60s',
    path: 'leaderElection.leaseDurationMs',
    becomes: 60_000,
    with: [election],
  },
  {
    flag: 'leader-election-renew-deadline',
    flux: '30s',
    value: '20s',
    path: 'leaderElection.renewDeadlineMs',
    becomes: 20_000,
    with: [election],
  },
  {
    flag: 'leader-election-retry-period',
    flux: '5s',
    value: '1s',
    path: 'leaderElection.retryPeriodMs',
    becomes: 1000,
    with: [election],
  },
  {
    flag: 'leader-election-release-on-cancel',
    flux: 'true',
    value: 'false',
    path: 'leaderElection.releaseOnCancel',
    becomes: false,
    with: [election],
  },
  { flag: 'storage-path', flux: '/data', value: '/x', path: 'storage.path', becomes: '/x' },
  { flag: 'storage-addr', flux: ':9090', value: ':1', path: 'storage.address', becomes: ':1' },
  { flag: 'storage-adv-addr', flux: '', value: 'a:1', path: 'storage.advertisedAddress', becomes: 'a:1' },
  { flag: 'artifact-retention-ttl', flux: '1m', value: '1s', path: 'storage.retentionTtlMs', becomes: 1000 },
  { flag: 'artifact-retention-records', flux: '2', value: '1', path: 'storage.retentionRecords', becomes: 1 },
  {
    flag: 'artifact-digest-algo',
    flux: 'sha256',
    value: 'sha512',
    path: 'storage.digestAlgorithm',
    becomes: 'sha512',
  },
  { flag: 'requeue-dependency', flux: '30s', value: '5s', path: 'requeueDependencyMs', becomes: 5000 },
  {
    flag: 'snapshot-digest-algo',
    flux: 'sha256',
    value: 'sha512',
    path: 'helm.digestAlgorithm',
    becomes: 'sha512',
  },
  { flag: 'helm-index-max-size', flux: '52428800', value: '1', path: 'charts.limits.indexBytes', becomes: 1 },
  { flag: 'helm-chart-max-size', flux: '10485760', value: '1', path: 'charts.limits.chartBytes', becomes: 1 },
  {
    flag: 'helm-chart-file-max-size',
    flux: '5242880',
    value: '1',
    path: 'charts.limits.fileBytes',
    becomes: 1,
  },
  { flag: 'helm-cache-max-size', flux: '0', value: '3', path: 'charts.cache.most', becomes: 3 },
  { flag: 'helm-cache-ttl', flux: '15m', value: '1m', path: 'charts.cache.ttlMs', becomes: 60_000 },
  { flag: 'helm-cache-purge-interval', flux: '1m', value: '1s', path: 'charts.cache.sweepMs', becomes: 1000 },
  { flag: 'concurrent-ssa', flux: '4', value: '9', path: 'kustomize.concurrentApplies', becomes: 9 },
  { flag: 'no-remote-bases', flux: 'false', value: 'true', path: 'kustomize.noRemoteBases', becomes: true },
  { flag: 'http-retry', flux: '9', value: '0', path: 'kustomize.httpRetry', becomes: 0 },
  {
    flag: 'override-manager',
    flux: '',
    value: 'a,b',
    path: 'kustomize.overrideManagers',
    becomes: ['a', 'b'],
  },
  { flag: 'override-manager', flux: '', value: 'a', path: 'helm.overrideManagers', becomes: ['a'] },
  {
    flag: 'custom-apply-stage-kinds',
    flux: '',
    value: 'g/K',
    path: 'kustomize.customStageKinds',
    becomes: ['g/K'],
  },
  { flag: 'sops-age-secret', flux: '', value: 's', path: 'decryption.ageSecret.name', becomes: 's' },
  {
    flag: 'sops-vault-configmap',
    flux: '',
    value: 'c',
    path: 'decryption.vaultConfigMap.name',
    becomes: 'c',
  },
  { flag: 'receiverAddr', flux: ':9292', value: ':1', path: 'notification.receiverAddress', becomes: ':1' },
  {
    flag: 'rate-limit-interval',
    flux: '5m',
    value: '0s',
    path: 'notification.rateLimitIntervalMs',
    becomes: 0,
  },
  {
    flag: 'export-http-path-metrics',
    flux: 'false',
    value: 'true',
    path: 'notification.exportHttpPaths',
    becomes: true,
  },
  { flag: 'plugins-dir', value: '/a,/b', path: 'pluginDirs', becomes: ['/a', '/b'] },
  {
    flag: 'components',
    value: 'source-watcher',
    path: 'components',
    becomes: new Set(['source-watcher']),
  },
  { flag: 'notification-addr', value: ':1', path: 'notification.endpointAddress', becomes: ':1' },
  { flag: 'watch-main-thread', value: 'true', path: 'watchMainThread', becomes: true },
  { flag: 'plugin-workers', value: '3', path: 'pluginWorkers', becomes: 3 },
  { flag: 'kubeconfig', value: '/k', path: 'kubeconfig', becomes: '/k' },
  { flag: 'context', value: 'c', path: 'context', becomes: 'c' },
];

for (const { flag, flux, value, path, becomes, with: more = [] } of cases) {
  test(`--${flag}=${value} arrives as ${path}`, () => {
    if (flux !== undefined) assert.is(flags[flag].default, flux, "Flux's default");
    const steps = path.split('.');
    assert.equal(at(optionsOf(`--${flag}=${value}`, ...more), ...steps), becomes);
    const others = path === 'leaderElection.leaseDurationMs' && more.length === 0 ? [] : more;
    assert.not.equal(at(optionsOf(...others), ...steps), becomes, 'it is not so by itself');
  });
}

/** Flags of Flux's controllers, from their lists, that change nothing here. */
const accepted: readonly [FlagName, string][] = [
  ['kube-api-qps', '50'],
  ['kube-api-burst', '300'],
  ['graceful-shutdown-timeout', '600s'],
  ['http-timeout', '30s'],
  ['reconciliation-timeout', '10m'],
  ['oom-watch-memory-threshold', '95'],
  ['oom-watch-interval', '500ms'],
  ['oom-watch-max-memory-path', ''],
  ['oom-watch-current-memory-path', ''],
  ['storage-value-log-file-size', '268435456'],
  ['storage-compression-threshold', '65536'],
  ['gc-interval', '10'],
];

for (const [flag, flux] of accepted) {
  test(`--${flag}, which has no effect here, is accepted as Flux has it, and the log says why`, () => {
    assert.is(flags[flag].default, flux);
    const [note = ''] = optionsOf(`--${flag}=${flux || '/some/file'}`).notes;
    assert.ok(note.startsWith(`--${flag}: `) && note.length > flag.length + 10, note);
    assert.equal(optionsOf().notes, []);
  });
}

const refused: readonly [string, RegExp][] = [
  ['--ssh-kex-algos=x', /negotiates from its own list/],
  ['--ssh-hostkey-algos=x', /takes them from known_hosts/],
  ['--snapshot-digest-algo=md5', /md5/],
  ['--interval-jitter-percentage=100', /percentage from 0 to 99/],
  ['--watch-label-selector=a in b', /watch-label-selector/],
  ['--watch-configs-label-selector=a in b', /watch-configs-label-selector/],
  ['--components=nope', /there is no component "nope"/],
  ['--sigstore-trusted-root=/nonexistent/root.json', /cannot be read/],
  ['--default-kubeconfig-service-account=x', /ObjectLevelWorkloadIdentity is not enabled/],
  ['--feature-gates=GroupChangeLog', /is not of the form Gate=true/],
];

for (const [argument, why] of refused) {
  test(`${argument} is refused, and why`, () => {
    const error = thrownBy(() => optionsOf(argument));
    assert.is(error.code, 'FLUX_E_FLAG');
    assert.match(error.message, why);
  });
}

test('a value of another type is refused for every flag that has one', () => {
  const wrong = { int: 'x', bool: 'x', duration: '5', gates: 'x' };
  for (const [flag, { type }] of Object.entries(flags)) {
    if (type === 'string' || type === 'list') continue;
    const error = thrownBy(() => optionsOf(`--${flag}=${wrong[type]}`));
    assert.match(error.message, flag);
  }
});

test('no flag is missing in these tables', () => {
  const listed = new Set<string>([
    ...cases.map(({ flag }) => flag),
    ...accepted.map(([flag]) => flag),
    ...refused.map(([argument]) => argument.slice(2).split('=')[0] ?? ''),
  ]);
  assert.equal(
    Object.keys(flags).filter((flag) => !listed.has(flag)),
    [],
  );
});

test.run();
