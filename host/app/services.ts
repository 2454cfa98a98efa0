import type { Applier } from '../apply/create-applier.ts';
import { createApplier } from '../apply/create-applier.ts';
import { createDriftWatcher } from '../apply/drift/watcher.ts';
import { startArtifactServer } from '../artifacts/server.ts';
import { createArtifactStore } from '../artifacts/store.ts';
import type { ArtifactStore } from '../artifacts/types.ts';
import { createBuilder } from '../build/builder.ts';
import { createRemoteFetch } from '../build/remote/fetch.ts';
import type { Builder } from '../build/types.ts';
import { createCharts } from '../charts/charts.ts';
import type { Charts } from '../charts/types.ts';
import { parseAddress } from '../http/address.ts';
import { createRegistryMemory, type RegistryMemory } from '../oci/memory.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import { createPlugins } from '../plugins/plugins.ts';
import { kustomizeGroup } from '../reconcile/kustomization/owner.ts';
import { createEgress, type Egress } from '../sandbox/egress/egress.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { servesArtifacts } from './components.ts';
import { type CloudIdentities, createCloudIdentities } from './identities.ts';
import type { HostOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { createRemotes, type Remotes } from './remote.ts';
import { sigstoreRoot } from './sigstore-root.ts';
import type { Wakeups } from './wakeups.ts';

/** What the reconcilers work with. */
export interface Services extends CloudIdentities {
  /** The way out of the host, for what it fetches itself. */
  readonly egress: Egress;
  /** For what is to be known of modules; calls go through `plugins`. */
  readonly sandbox: Pick<Sandbox, 'inspect'>;
  readonly plugins: PluginHost;
  readonly store: ArtifactStore;
  readonly builder: Builder;
  readonly charts: Charts;
  readonly applier: Applier;
  readonly remotes: Remotes;
  /** What is known of OCI registries. */
  readonly registries: RegistryMemory;
  /** `trusted_root.json` for keyless signatures where an object names none. */
  readonly sigstoreRoot: () => Promise<string>;
  close(): Promise<void>;
}

/** Loads the plugins, opens the store and starts the artifact server. */
export async function startServices(
  options: HostOptions,
  platform: Platform,
  wakeups: Wakeups,
): Promise<Services> {
  const { client, log, metrics } = platform;
  const root = options.storage.path;
  const egress = createEgress();
  const sandbox = startSandbox(options, platform, egress);
  const identities = createCloudIdentities(options, platform, egress);
  const [plugins, store] = await Promise.all([
    createPlugins({
      sandbox,
      metrics,
      dirs: options.pluginDirs,
      identityToken: ({ cloud, scope }, account, signal) =>
        identities.tokens.token({ cloud, scope, account, ...(signal ? { signal } : {}) }),
      onError: (error) => log.error(error, 'plugin left out'),
    }),
    createArtifactStore({
      root,
      advertisedAddress: options.storage.advertisedAddress,
      retentionTtlMs: options.storage.retentionTtlMs,
      retentionRecords: options.storage.retentionRecords,
      digestAlgorithm: options.storage.digestAlgorithm,
      download: { retries: options.kustomize.httpRetry },
    }),
  ]);
  for (const { manifest, digest } of plugins.list()) {
    log.info('plugin found', { plugin: manifest.name, version: manifest.version, digest });
  }
  const artifactServer = servesArtifacts(options.components)
    ? await startArtifactServer({ root, address: parseAddress(options.storage.address) })
    : undefined;
  const fetchRemote = createRemoteFetch({ plugins, egress, store });
  const builder = createBuilder({ plugins, fetchRemote });
  const charts = createCharts(options.charts);
  const drift = createDriftWatcher({
    client,
    group: kustomizeGroup,
    onDrift: (owner) => wakeups.kustomizations?.enqueue(owner, { priority: 2 }),
    onError: (error) => log.debug('drift watch failed, trying again', { error: String(error) }),
    onMissed: (count) => metrics.missedEvents('drift', count),
  });
  const applier = createApplier({ tracker: drift });
  const remotes = createRemotes({ options, platform, wakeups, egress, tokens: identities.tokens });
  return {
    egress,
    sandbox,
    plugins,
    store,
    builder,
    charts,
    applier,
    remotes,
    ...identities,
    registries: createRegistryMemory(),
    sigstoreRoot: sigstoreRoot(options, egress),
    async close() {
      drift.close();
      await remotes.close();
      plugins.close();
      applier.close();
      await Promise.all([
        builder.close(),
        charts.close(),
        sandbox.close(),
        store.close(),
        artifactServer?.stop(),
      ]);
      await egress.close();
    },
  };
}

function startSandbox({ pluginWorkers }: HostOptions, { log }: Platform, egress: Egress): Sandbox {
  return createSandbox({
    egress,
    ...(pluginWorkers ? { workers: pluginWorkers } : {}),
    log: ({ plugin, tenant, level, message }) =>
      level === 'error'
        ? log.error(new Error(message), 'plugin log', { plugin, tenant })
        : log.debug(message, { logger: 'plugin', plugin, tenant }),
  });
}
