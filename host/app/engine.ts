import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { createApplier } from '../apply/create-applier.ts';
import { createDriftWatcher } from '../apply/drift/watcher.ts';
import { startArtifactServer } from '../artifacts/server.ts';
import { createArtifactStore } from '../artifacts/store.ts';
import { createBuilder } from '../build/builder.ts';
import { createRemoteFetch } from '../build/remote/fetch.ts';
import { createEventRecorder } from '../events/recorder.ts';
import { parseAddress } from '../http/address.ts';
import { createReflector } from '../kube/reflector.ts';
import { measuredSandbox } from '../plugins/measured.ts';
import { loadPlugins } from '../plugins/registry.ts';
import { Controller } from '../reconcile/controller.ts';
import { createGitRepositoryReconciler } from '../reconcile/git-repository/reconciler.ts';
import { kustomizeGroup } from '../reconcile/kustomization/owner.ts';
import { createKustomizationReconciler } from '../reconcile/kustomization/reconciler.ts';
import type { FluxObject } from '../reconcile/types.ts';
import { watchFailures } from '../reconcile/watch-failures.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { watchConfigs } from './configs.ts';
import type { HostOptions } from './options.ts';
import { watchOtherSources } from './other-sources.ts';
import type { Platform } from './platform.ts';
import { Wakeups } from './wakeups.ts';

/** The working part of the process: plugins, store and controllers. */
export interface Engine {
  /** Reconciles until the signal aborts and what is in flight has ended; `drain` aborts that too. */
  run(signal: AbortSignal, drain: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything and fills the caches; nothing is reconciled before {@link Engine.run}. */
export async function startEngine(
  options: HostOptions,
  platform: Platform,
  signal: AbortSignal,
): Promise<Engine> {
  const { client, log, metrics, redactor } = platform;
  const egress = createEgress();
  const sandbox = measuredSandbox(
    createSandbox({
      egress,
      ...(options.pluginWorkers ? { workers: options.pluginWorkers } : {}),
      log: ({ plugin, tenant, level, message }) =>
        level === 'error'
          ? log.error(new Error(message), 'plugin log', { plugin, tenant })
          : log.debug(message, { logger: 'plugin', plugin, tenant }),
    }),
    metrics,
  );
  const wakeups = new Wakeups();
  const [plugins, store, otherSources] = await Promise.all([
    loadPlugins(sandbox, options.pluginDirs, (error) => log.error(error, 'plugin left out')),
    createArtifactStore({
      root: options.storage.path,
      advertisedAddress: options.storage.advertisedAddress,
      retentionTtlMs: options.storage.retentionTtlMs,
      retentionRecords: options.storage.retentionRecords,
      digestAlgorithm: options.storage.digestAlgorithm,
      download: { retries: options.kustomize.httpRetry },
    }),
    watchOtherSources({ client, wakeups, log, signal, sharded: options.labelSelector !== undefined }),
  ]);
  for (const { manifest, digest } of plugins.list()) {
    log.info('plugin loaded', { plugin: manifest.name, version: manifest.version, digest });
  }
  const artifactServer = await startArtifactServer({
    root: options.storage.path,
    address: parseAddress(options.storage.address),
  });
  const builder = createBuilder({
    sandbox,
    fetchRemote: createRemoteFetch({ sandbox, plugins, egress, store }),
  });
  const drift = createDriftWatcher({
    client,
    group: kustomizeGroup,
    onDrift: (owner) => wakeups.kustomizations?.enqueue(owner, { priority: 2 }),
    onError: (error) => log.debug('drift watch failed, trying again', { error: String(error) }),
    onMissed: (count) => metrics.missedEvents('drift', count),
  });
  const applier = createApplier({ tracker: drift });
  const recorders = [
    createEventRecorder({ ...platform, controller: 'source-controller', eventsAddr: options.eventsAddress }),
    createEventRecorder({
      ...platform,
      controller: 'kustomize-controller',
      eventsAddr: options.eventsAddress,
    }),
  ] as const;
  const common = {
    client,
    concurrency: options.concurrency,
    retry: options.retry,
    metrics,
    log,
    redact: (text: string) => redactor.redact(text),
    ...(options.namespace ? { namespace: options.namespace } : {}),
    ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
  };
  const gitRepositories: Controller<GitRepository> = new Controller<GitRepository>({
    ...common,
    name: 'gitrepository',
    fieldManager: 'source-controller',
    resource: GitRepository,
    event: (object, event) => recorders[0].event(object, event),
    onChange: (event) => wakeups.gitRepositoryChanged(event),
    reconciler: createGitRepositoryReconciler({
      client,
      redactor,
      store,
      sandbox,
      plugins,
      requeueDependencyMs: options.requeueDependencyMs,
      jitterPercentage: options.jitterPercentage,
      find: (key) => gitRepositories.get(key),
    }),
  });
  const kustomizations: Controller<Kustomization> = new Controller<Kustomization>({
    ...common,
    name: 'kustomization',
    fieldManager: 'gotk-kustomize-controller',
    resource: Kustomization,
    event: (object, event) => recorders[1].event(object, event),
    onChange: (event) => wakeups.kustomizationChanged(event),
    reconciler: createKustomizationReconciler({
      ...options.kustomize,
      client,
      redactor,
      store,
      builder,
      plugins,
      applier,
      jitterPercentage: options.jitterPercentage,
      find: (key) => kustomizations.get(key) ?? otherShards?.store.get(key),
      sources: {
        noCrossNamespaceRefs: options.noCrossNamespaceRefs,
        allowExternalArtifact: options.kustomize.allowExternalArtifact,
        requeueDependencyMs: options.requeueDependencyMs,
        find: (key) =>
          (key.kind === 'GitRepository' ? gitRepositories.get(key) : undefined) ?? otherSources.find(key),
      },
    }),
  });
  const otherShards = options.labelSelector
    ? createReflector<Kustomization>({
        client,
        resource: Kustomization,
        onEvent: (event) => wakeups.dependencyChanged(event),
        onError: watchFailures(log, 'Kustomization'),
      })
    : undefined;
  wakeups.gitRepositories = gitRepositories;
  wakeups.kustomizations = kustomizations;
  const { configSelector } = options;
  await Promise.all([
    gitRepositories.sync(signal),
    kustomizations.sync(signal),
    otherShards?.start(signal),
    configSelector ? watchConfigs({ client, selector: configSelector, wakeups, log, signal }) : undefined,
  ]);
  const running: Controller<FluxObject>[] = [];
  if (options.components.has('source-controller')) running.push(gitRepositories);
  if (options.components.has('kustomize-controller')) running.push(kustomizations);
  return {
    async run(stop, drain) {
      await Promise.all(running.map((controller) => controller.run(stop, drain)));
    },
    async close() {
      drift.close();
      applier.close();
      await Promise.all([builder.close(), sandbox.close(), store.close(), artifactServer.stop()]);
      await egress.close();
      await Promise.all(recorders.map((recorder) => recorder.flush()));
    },
  };
}
