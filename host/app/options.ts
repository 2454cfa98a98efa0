import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { advertisedAddress } from '../artifacts/layout.ts';
import type { ChartsOptions } from '../charts/charts.ts';
import { invalidFlag } from '../config/errors.ts';
import { type Gates, parseGates } from '../config/gates.ts';
import type { FlagValues } from '../config/parse-flags.ts';
import { errorText } from '../errors/text.ts';
import { type DigestAlgorithm, digestAlgorithm } from '../helm/digest.ts';
import { parseLabelSelector } from '../kube/labels.ts';
import type { RemoteSettings } from '../remote/types.ts';
import type { DecryptionSettings } from '../sops/keys/decryptions.ts';
import { servesArtifacts } from './components.ts';

/** Settings of one host process, from its flags. Durations in milliseconds. */
export interface HostOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly runtimeNamespace: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly configSelector?: string;
  readonly components: ReadonlySet<string>;
  readonly concurrency: number;
  readonly pluginDirs: readonly string[];
  readonly pluginWorkers: number;
  /** Content of the file that `--sigstore-trusted-root` names. */
  readonly sigstoreTrustedRoot?: string;
  readonly storage: {
    readonly path: string;
    readonly address: string;
    readonly advertisedAddress: string;
    readonly retentionTtlMs: number;
    readonly retentionRecords: number;
    readonly digestAlgorithm: string;
  };
  readonly metricsAddress: string;
  readonly watchMainThread: boolean;
  readonly healthAddress: string;
  readonly eventsAddress: string;
  readonly notification: {
    /** Where webhooks are received; empty or `0`: nowhere. */
    readonly receiverAddress: string;
    /** Where events are received; empty or `0`: only those of this process. */
    readonly endpointAddress: string;
    readonly rateLimitIntervalMs: number;
    readonly exportHttpPaths: boolean;
    /** Gate ObjectLevelWorkloadIdentity. */
    readonly objectIdentity: boolean;
  };
  readonly log: { readonly encoding: string; readonly level: string };
  readonly retry: { readonly minMs: number; readonly maxMs: number };
  readonly requeueDependencyMs: number;
  readonly jitterPercentage: number;
  readonly noCrossNamespaceRefs: boolean;
  /** Access tokens of clouds. */
  readonly cloud: { readonly objectLevel: boolean; readonly cacheSize: number; readonly cacheMs: number };
  readonly kustomize: {
    readonly concurrentApplies: number;
    readonly noRemoteBases: boolean;
    readonly httpRetry: number;
    readonly overrideManagers: readonly string[];
    readonly customStageKinds: readonly string[];
    readonly allowExternalArtifact: boolean;
    readonly strictSubstitutions: boolean;
    readonly failFast: boolean;
    readonly additiveReadyExpr: boolean;
    readonly groupChangeLog: boolean;
    readonly migrateApiVersion: boolean;
    readonly cancelHealthChecks: boolean;
    readonly directSourceFetch: boolean;
    readonly defaultServiceAccount?: string;
    readonly remote: RemoteSettings;
  };
  readonly helm: {
    readonly defaultServiceAccount?: string;
    readonly additiveReadyExpr: boolean;
    readonly tracksDigests: boolean;
    readonly retriesByDefault: boolean;
    readonly helm3Defaults: boolean;
    readonly cancelHealthChecks: boolean;
    readonly digestAlgorithm: DigestAlgorithm;
    readonly overrideManagers: readonly string[];
  };
  /** Indexes of Helm repositories, and charts. */
  readonly charts: ChartsOptions;
  readonly leaderElection?: {
    readonly leaseDurationMs: number;
    readonly renewDeadlineMs: number;
    readonly retryPeriodMs: number;
    readonly releaseOnCancel: boolean;
  };
  readonly decryption: DecryptionSettings;
  /** What was given and changes nothing, to be logged once. */
  readonly notes: readonly string[];
}

/** Controllers of Flux that this version has, and those that it knows of. */
const available = [
  'source-controller',
  'kustomize-controller',
  'notification-controller',
  'image-reflector-controller',
  'helm-controller',
  'source-watcher',
];
const known = [...available, 'image-automation-controller'];
const defaultConcurrency = 10;
const defaultCachedIndexes = 16;

/** @throws FluxError FLUX_E_FLAG when values do not go together */
export function hostOptions(
  values: FlagValues,
  env: Readonly<Record<string, string | undefined>>,
): HostOptions {
  const { gates, noEffect } = parseGates(values.string('feature-gates'));
  const runtimeNamespace = env['RUNTIME_NAMESPACE'] || 'flux-system';
  const asked = values.list('components');
  for (const name of asked) {
    if (!known.includes(name)) {
      throw invalidFlag('components', `there is no component "${name}"`, `there are: ${known.join(', ')}`);
    }
  }
  checkSelector(values, 'watch-label-selector');
  checkSelector(values, 'watch-configs-label-selector');
  if (values.int('interval-jitter-percentage') > 99) {
    throw invalidFlag('interval-jitter-percentage', 'is a percentage from 0 to 99');
  }
  const missing = asked.filter((name) => !available.includes(name));
  const address = values.string('storage-addr');
  const events = eventAddresses(values, asked);
  return {
    ...given('kubeconfig', values.string('kubeconfig')),
    ...given('context', values.string('context')),
    runtimeNamespace,
    ...(values.bool('watch-all-namespaces') ? {} : { namespace: runtimeNamespace }),
    ...given('labelSelector', values.string('watch-label-selector')),
    ...(gates('DisableConfigWatchers')
      ? {}
      : given('configSelector', values.string('watch-configs-label-selector'))),
    components: new Set(asked.filter((name) => available.includes(name))),
    concurrency: values.int('concurrent') || defaultConcurrency,
    pluginDirs: values.list('plugins-dir'),
    pluginWorkers: values.int('plugin-workers'),
    ...given('sigstoreTrustedRoot', contentOf(values, 'sigstore-trusted-root')),
    storage: {
      path: resolve(values.string('storage-path')),
      address,
      advertisedAddress: advertisedAddress(address, values.string('storage-adv-addr')),
      retentionTtlMs: values.duration('artifact-retention-ttl'),
      retentionRecords: values.int('artifact-retention-records'),
      digestAlgorithm: values.string('artifact-digest-algo'),
    },
    metricsAddress: values.string('metrics-addr'),
    watchMainThread: values.bool('watch-main-thread'),
    healthAddress: values.string('health-addr'),
    eventsAddress: events.post,
    notification: {
      receiverAddress: values.string('receiverAddr'),
      endpointAddress: events.listen,
      rateLimitIntervalMs: values.duration('rate-limit-interval'),
      objectIdentity: gates('ObjectLevelWorkloadIdentity'),
      exportHttpPaths: values.bool('export-http-path-metrics'),
    },
    log: { encoding: values.string('log-encoding'), level: values.string('log-level') },
    retry: { minMs: values.duration('min-retry-delay'), maxMs: values.duration('max-retry-delay') },
    requeueDependencyMs: values.duration('requeue-dependency'),
    jitterPercentage: values.int('interval-jitter-percentage'),
    noCrossNamespaceRefs: values.bool('no-cross-namespace-refs'),
    cloud: {
      objectLevel: gates('ObjectLevelWorkloadIdentity'),
      cacheSize: values.int('token-cache-max-size'),
      cacheMs: values.duration('token-cache-max-duration'),
    },
    kustomize: {
      concurrentApplies: values.int('concurrent-ssa'),
      noRemoteBases: values.bool('no-remote-bases'),
      httpRetry: values.int('http-retry'),
      overrideManagers: values.list('override-manager'),
      customStageKinds: values.list('custom-apply-stage-kinds'),
      allowExternalArtifact: gates('ExternalArtifact'),
      strictSubstitutions: gates('StrictPostBuildSubstitutions'),
      failFast: !gates('DisableFailFastBehavior'),
      additiveReadyExpr: gates('AdditiveCELDependencyCheck'),
      groupChangeLog: gates('GroupChangeLog'),
      migrateApiVersion: gates('MigrateAPIVersion'),
      cancelHealthChecks: gates('CancelHealthCheckOnNewRevision'),
      directSourceFetch: gates('DirectSourceFetch'),
      ...given('defaultServiceAccount', values.string('default-service-account')),
      remote: remoteSettings(values, gates),
    },
    helm: {
      ...given('defaultServiceAccount', values.string('default-service-account')),
      additiveReadyExpr: gates('AdditiveCELDependencyCheck'),
      tracksDigests: !gates('DisableChartDigestTracking'),
      retriesByDefault: gates('DefaultToRetryOnFailure'),
      helm3Defaults: gates('UseHelm3Defaults'),
      cancelHealthChecks: gates('CancelHealthCheckOnNewRevision'),
      digestAlgorithm: digestAlgorithm(values.string('snapshot-digest-algo')),
      overrideManagers: values.list('override-manager'),
    },
    charts: {
      limits: {
        indexBytes: values.int('helm-index-max-size'),
        chartBytes: values.int('helm-chart-max-size'),
        fileBytes: values.int('helm-chart-file-max-size'),
      },
      cache: {
        most: values.int('helm-cache-max-size') || defaultCachedIndexes,
        ttlMs: values.duration('helm-cache-ttl'),
        sweepMs: values.duration('helm-cache-purge-interval'),
      },
    },
    decryption: {
      objectIdentity: gates('ObjectLevelWorkloadIdentity'),
      ...given('defaultServiceAccount', values.string('default-decryption-service-account')),
      ...(values.string('sops-age-secret')
        ? { ageSecret: { namespace: runtimeNamespace, name: values.string('sops-age-secret') } }
        : {}),
      ...(values.string('sops-vault-configmap')
        ? { vaultConfigMap: { namespace: runtimeNamespace, name: values.string('sops-vault-configmap') } }
        : {}),
    },
    ...(values.bool('enable-leader-election') ? { leaderElection: leaderElection(values) } : {}),
    notes: [
      ...values.noEffect,
      ...noEffect.map((note) => `--feature-gates ${note}`),
      ...missing.map((name) => `--components: ${name} is not part of this version`),
    ],
  };
}

/**
 * In Flux `--events-addr` is where notification-controller listens, and where all others post to. One process may be both: an URL is posted to,
 * `host:port` is listened on. Next to the artifacts, which have port 9090, events have 9091.
 */
function eventAddresses(
  values: FlagValues,
  components: readonly string[],
): { readonly post: string; readonly listen: string } {
  const given = values.string('events-addr');
  const isListened = components.includes('notification-controller') && given !== '' && !given.includes('/');
  const free = servesArtifacts(new Set(components)) ? ':9091' : ':9090';
  const listen = values.string('notification-addr') || (isListened ? given : free);
  return { post: isListened ? '' : given, listen };
}

/** A default account is of use only where objects may use accounts; Flux does not start either. */
function remoteSettings(values: FlagValues, gates: Gates): RemoteSettings {
  const flag = 'default-kubeconfig-service-account';
  if (values.string(flag) && !gates('ObjectLevelWorkloadIdentity')) {
    throw invalidFlag(
      flag,
      'cannot be set when the feature gate ObjectLevelWorkloadIdentity is not enabled',
      'add --feature-gates=ObjectLevelWorkloadIdentity=true',
    );
  }
  return {
    insecureExec: values.bool('insecure-kubeconfig-exec'),
    insecureTls: values.bool('insecure-kubeconfig-tls'),
    ...given('defaultServiceAccount', values.string(flag)),
  };
}

function leaderElection(values: FlagValues): NonNullable<HostOptions['leaderElection']> {
  const leaseDurationMs = values.duration('leader-election-lease-duration');
  const renewDeadlineMs = values.duration('leader-election-renew-deadline');
  const retryPeriodMs = values.duration('leader-election-retry-period');
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs)) {
    throw invalidFlag(
      'leader-election-lease-duration',
      'has to be longer than the renew deadline, and that longer than the retry period',
    );
  }
  const releaseOnCancel = values.bool('leader-election-release-on-cancel');
  return { leaseDurationMs, renewDeadlineMs, retryPeriodMs, releaseOnCancel };
}

function checkSelector(
  values: FlagValues,
  name: 'watch-label-selector' | 'watch-configs-label-selector',
): void {
  try {
    if (values.string(name)) parseLabelSelector(values.string(name));
  } catch (error) {
    throw invalidFlag(name, errorText(error), 'write it as for kubectl get -l');
  }
}

/** The text of a file that a flag names; empty without the flag. */
function contentOf(values: FlagValues, name: 'sigstore-trusted-root'): string {
  const file = values.string(name);
  if (!file) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalidFlag(name, `cannot be read: ${errorText(error)}`);
  }
}

function given<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  if (value) result[key] = value;
  return result;
}
