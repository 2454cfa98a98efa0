import type { Flags } from './flag.ts';

const ownLimits =
  "the API server's priority and fairness decides, and the number of requests at once is bounded";

/** Flags of every controller of Flux. */
const common = {
  'metrics-addr': {
    type: 'string',
    default: ':8080',
    env: 'METRICS_ADDR',
    about: 'address of the metrics endpoint',
  },
  'health-addr': {
    type: 'string',
    default: ':9440',
    env: 'HEALTH_ADDR',
    about: 'address of the health endpoints',
  },
  'events-addr': {
    type: 'string',
    default: '',
    env: 'EVENTS_ADDR',
    about:
      'URL that events are posted to, or, as in notification-controller, address (host:port) that they are received on',
  },
  concurrent: {
    type: 'int',
    default: '0',
    about: 'objects of a kind reconciled at once; 0 takes 10 for each kind',
  },
  'enable-leader-election': { type: 'bool', default: 'false', about: 'run only while holding the Lease' },
  'leader-election-lease-duration': {
    type: 'duration',
    default: '35s',
    about: 'how long a Lease is honoured by others',
  },
  'leader-election-renew-deadline': {
    type: 'duration',
    default: '30s',
    about: 'how long the leader tries to renew',
  },
  'leader-election-retry-period': { type: 'duration', default: '5s', about: 'pause between attempts' },
  'leader-election-release-on-cancel': {
    type: 'bool',
    default: 'true',
    about: 'give the Lease back when stopping',
  },
  'log-encoding': { type: 'string', default: 'json', about: 'json or console' },
  'log-level': { type: 'string', default: 'info', about: 'trace, debug, info or error' },
  'kube-api-qps': { type: 'int', default: '50', about: 'requests a second', noEffect: ownLimits },
  'kube-api-burst': { type: 'int', default: '300', about: 'burst of requests', noEffect: ownLimits },
  'min-retry-delay': { type: 'duration', default: '750ms', about: 'first pause after a failure' },
  'max-retry-delay': { type: 'duration', default: '15m', about: 'longest pause after failures' },
  'watch-all-namespaces': { type: 'bool', default: 'true', about: 'watch every namespace, else the own one' },
  'watch-label-selector': {
    type: 'string',
    default: '',
    about: 'reconcile only objects with these labels (sharding)',
  },
  'watch-configs-label-selector': {
    type: 'string',
    default: 'reconcile.fluxcd.io/watch=Enabled',
    about: 'ConfigMaps and Secrets whose changes wake the Kustomizations that refer to them',
  },
  'interval-jitter-percentage': { type: 'int', default: '5', about: 'spread of the intervals, 0 to 99' },
  'no-cross-namespace-refs': {
    type: 'bool',
    default: 'false',
    about: 'refuse references to other namespaces',
  },
  'feature-gates': { type: 'gates', default: '', about: 'switches, e.g. ExternalArtifact=true' },
  'token-cache-max-size': {
    type: 'int',
    default: '100',
    about: 'access tokens of clouds that are kept; 0: none',
  },
  'token-cache-max-duration': {
    type: 'duration',
    default: '1h',
    about: 'how long one is kept at most',
  },
  'default-service-account': {
    type: 'string',
    default: '',
    about: 'account that Kustomizations without one are applied as',
  },
  'default-kubeconfig-service-account': {
    type: 'string',
    default: '',
    about: 'account that remote clusters are signed in to with when their ConfigMap names none',
  },
  'default-decryption-service-account': {
    type: 'string',
    default: '',
    about: 'account whose identity decrypts for Kustomizations that name none',
  },
  'insecure-kubeconfig-exec': {
    type: 'bool',
    default: 'false',
    about: 'allow that kubeconfigs of remote clusters run a program for their credentials',
  },
  'insecure-kubeconfig-tls': {
    type: 'bool',
    default: 'false',
    about: 'allow that kubeconfigs of remote clusters turn the verification of the certificate off',
  },
} as const satisfies Flags;

/** Flags of source-controller. */
const source = {
  'storage-path': { type: 'string', default: '/data', env: 'STORAGE_PATH', about: 'folder of the artifacts' },
  'storage-addr': {
    type: 'string',
    default: ':9090',
    env: 'STORAGE_ADDRESS',
    about: 'address of the artifact server',
  },
  'storage-adv-addr': {
    type: 'string',
    default: '',
    env: 'STORAGE_ADV_ADDR',
    about: 'address of the artifact server as others reach it',
  },
  'artifact-retention-ttl': { type: 'duration', default: '1m', about: 'how long superseded artifacts stay' },
  'artifact-retention-records': { type: 'int', default: '2', about: 'how many artifacts of an object stay' },
  'artifact-digest-algo': {
    type: 'string',
    default: 'sha256',
    about: 'sha256, sha384, sha512, sha1 or blake3',
  },
  'requeue-dependency': {
    type: 'duration',
    default: '30s',
    about: 'safety net for waiting on another object',
  },
  'ssh-kex-algos': {
    type: 'list',
    default: '',
    about: 'SSH key exchange algorithms',
    refused: 'the git plugin negotiates from its own list',
  },
  'ssh-hostkey-algos': {
    type: 'list',
    default: '',
    about: 'SSH host key algorithms',
    refused: 'the git plugin takes them from known_hosts',
  },
  'snapshot-digest-algo': {
    type: 'string',
    default: 'sha256',
    about: 'digests in the history of HelmReleases: sha256, sha384, sha512 or sha1',
  },
  'helm-index-max-size': {
    type: 'int',
    default: '52428800',
    about: 'largest index of a Helm repository, bytes',
  },
  'helm-chart-max-size': { type: 'int', default: '10485760', about: 'largest Helm chart, bytes' },
  'helm-chart-file-max-size': {
    type: 'int',
    default: '5242880',
    about: 'largest file of a Helm chart, bytes',
  },
  'helm-cache-max-size': {
    type: 'int',
    default: '0',
    about:
      'indexes of Helm repositories kept in memory, each shared by all charts; 0 takes 16 (in Flux: none)',
  },
  'helm-cache-ttl': {
    type: 'duration',
    default: '15m',
    about: 'how long an index stays in memory after it was used',
  },
  'helm-cache-purge-interval': {
    type: 'duration',
    default: '1m',
    about: 'how often indexes that nobody uses are looked for',
  },
} as const satisfies Flags;

/** Flags of kustomize-controller. */
const kustomize = {
  'concurrent-ssa': { type: 'int', default: '4', about: 'objects of one Kustomization applied at once' },
  'no-remote-bases': { type: 'bool', default: 'false', about: 'refuse bases from outside the artifact' },
  'http-retry': { type: 'int', default: '9', about: 'attempts to download an artifact' },
  'override-manager': { type: 'list', default: '', about: 'field managers whose fields are taken over' },
  'custom-apply-stage-kinds': {
    type: 'list',
    default: '',
    about: 'group/Kind applied in a stage of their own',
  },
  'sops-age-secret': {
    type: 'string',
    default: '',
    about: "Secret in the host's namespace with age keys for Kustomizations that name no Secret",
  },
  'sops-vault-configmap': {
    type: 'string',
    default: '',
    about:
      "ConfigMap in the host's namespace that says where OpenBao and Vault servers take logins of ServiceAccounts",
  },
} as const satisfies Flags;

const bounded = 'plugins, caches and bodies are bounded, so that memory is';
const noDatabase = 'tags of images are in files that are written as a whole';

/** Flags of helm-controller, image-reflector-controller and source-watcher that none of the others has. */
const others = {
  'graceful-shutdown-timeout': {
    type: 'duration',
    default: '600s',
    about: 'time for releases under way when the process stops',
    noEffect:
      'what is under way has 20 s; a release that is cut off is unlocked and upgraded by the next process',
  },
  'http-timeout': {
    type: 'duration',
    default: '30s',
    about: 'time for a download of an artifact',
    noEffect: 'a download has as long as bytes come',
  },
  'reconciliation-timeout': {
    type: 'duration',
    default: '10m',
    about: 'time for one ArtifactGenerator',
    noEffect: 'each of its steps is bounded',
  },
  'oom-watch-memory-threshold': {
    type: 'int',
    default: '95',
    about: 'percentage of memory',
    noEffect: bounded,
  },
  'oom-watch-interval': {
    type: 'duration',
    default: '500ms',
    about: 'how often memory is looked at',
    noEffect: bounded,
  },
  'oom-watch-max-memory-path': { type: 'string', default: '', about: 'file of the limit', noEffect: bounded },
  'oom-watch-current-memory-path': {
    type: 'string',
    default: '',
    about: 'file of the usage',
    noEffect: bounded,
  },
  'storage-value-log-file-size': {
    type: 'int',
    default: '268435456',
    about: "size of the tag database's log",
    noEffect: noDatabase,
  },
  'storage-compression-threshold': {
    type: 'int',
    default: '65536',
    about: 'from which size on tags are compressed',
    noEffect: noDatabase,
  },
  'gc-interval': {
    type: 'int',
    default: '10',
    about: 'minutes between clean-ups of the tag database',
    noEffect: noDatabase,
  },
} as const satisfies Flags;

/** Flags of notification-controller. */
const notification = {
  receiverAddr: {
    type: 'string',
    default: ':9292',
    about: 'address that webhooks are received on',
  },
  'rate-limit-interval': {
    type: 'duration',
    default: '5m',
    about: 'an event that is the same as an earlier one is dropped for so long; 0 drops none',
  },
  'export-http-path-metrics': {
    type: 'bool',
    default: 'false',
    about: 'metrics of the HTTP servers by path: as many series as there are paths',
  },
} as const satisfies Flags;

/** Flags that only this host has. */
const own = {
  'watch-main-thread': {
    type: 'bool',
    default: 'false',
    about:
      'look every 10 ms at what keeps the main thread from its timers, for 1 % of a core: sharper nodejs_eventloop_lag_* and flux_host_main_thread_busy_seconds_max',
  },
  'plugins-dir': {
    type: 'list',
    default: '',
    env: 'FLUX_HOST_PLUGINS',
    about: 'folders with plugins, later ones win',
  },
  components: {
    type: 'list',
    default:
      'source-controller,kustomize-controller,helm-controller,notification-controller,image-reflector-controller,source-watcher',
    about: "which of Flux's controllers this process is",
  },
  'notification-addr': {
    type: 'string',
    default: '',
    about:
      'address that events of other controllers are received on; 0: none; default: that of --events-addr, else :9090, or :9091 next to source-controller',
  },
  'plugin-workers': {
    type: 'int',
    default: '0',
    about: 'plugin calls at once; 0 decides by the number of cores',
  },
  'sigstore-trusted-root': {
    type: 'string',
    default: '',
    about:
      "trusted_root.json that keyless signatures are checked with; a Secret may have another one; default: that of Sigstore's public instance, for plugins none",
  },
  kubeconfig: {
    type: 'string',
    default: '',
    env: 'KUBECONFIG',
    about: 'kubeconfig file; in a cluster it is not needed',
  },
  context: { type: 'string', default: '', about: 'context of the kubeconfig' },
} as const satisfies Flags;

export const flags = {
  ...common,
  ...source,
  ...kustomize,
  ...others,
  ...notification,
  ...own,
} as const satisfies Flags;

export type FlagName = keyof typeof flags;
