import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { createEventRecorder } from '../events/recorder.ts';
import type { EventRecorder } from '../events/types.ts';
import { createReflector } from '../kube/reflector.ts';
import type { Reflector } from '../kube/types.ts';
import { Controller } from '../reconcile/controller.ts';
import { createGitRepositoryReconciler } from '../reconcile/git-repository/reconciler.ts';
import { createKustomizationReconciler } from '../reconcile/kustomization/reconciler.ts';
import type { FluxObject } from '../reconcile/types.ts';
import { watchFailures } from '../reconcile/watch-failures.ts';
import { watchConfigs } from './configs.ts';
import type { HostOptions } from './options.ts';
import { type OtherSources, watchOtherSources } from './other-sources.ts';
import type { Platform } from './platform.ts';
import { type Services, startServices } from './services.ts';
import { Wakeups } from './wakeups.ts';

/** The working part of the process: plugins, store and controllers. */
export interface Engine {
  /** Reconciles until the signal aborts and what is in flight has ended; `drain` aborts that too. */
  run(signal: AbortSignal, drain: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Everything that the controllers are made of. */
interface Parts {
  readonly options: HostOptions;
  readonly platform: Platform;
  readonly services: Services;
  readonly wakeups: Wakeups;
}

/** Starts everything and fills the caches; nothing is reconciled before {@link Engine.run}. */
export async function startEngine(
  options: HostOptions,
  platform: Platform,
  signal: AbortSignal,
): Promise<Engine> {
  const { client, log } = platform;
  const wakeups = new Wakeups();
  const sharded = options.labelSelector !== undefined;
  const [services, otherSources] = await Promise.all([
    startServices(options, platform, wakeups),
    watchOtherSources({ client, wakeups, log, signal, sharded }),
  ]);
  const parts: Parts = { options, platform, services, wakeups };
  const sourceEvents = recorderOf(parts, 'source-controller');
  const kustomizeEvents = recorderOf(parts, 'kustomize-controller');
  const otherShards = sharded ? watchOtherShards(parts) : undefined;
  const gitRepositories = gitRepositoryController(parts, sourceEvents);
  const kustomizations = kustomizationController(parts, {
    events: kustomizeEvents,
    gitRepositories,
    otherSources,
    otherShards,
  });
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
      await services.close();
      await Promise.all([sourceEvents.flush(), kustomizeEvents.flush()]);
    },
  };
}

function recorderOf({ platform, options }: Parts, controller: string): EventRecorder {
  return createEventRecorder({ ...platform, controller, eventsAddr: options.eventsAddress });
}

/** What all controllers have in common. */
function commonOf({ options, platform }: Parts) {
  const { client, log, metrics, redactor } = platform;
  return {
    client,
    log,
    metrics,
    concurrency: options.concurrency,
    retry: options.retry,
    redact: (text: string) => redactor.redact(text),
    ...(options.namespace ? { namespace: options.namespace } : {}),
    ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
  };
}

function gitRepositoryController(parts: Parts, events: EventRecorder): Controller<GitRepository> {
  const { options, platform, services, wakeups } = parts;
  const controller: Controller<GitRepository> = new Controller<GitRepository>({
    ...commonOf(parts),
    name: 'gitrepository',
    fieldManager: 'source-controller',
    resource: GitRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => wakeups.gitRepositoryChanged(event),
    reconciler: createGitRepositoryReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      requeueDependencyMs: options.requeueDependencyMs,
      jitterPercentage: options.jitterPercentage,
      find: (key) => controller.get(key),
    }),
  });
  return controller;
}

function kustomizationController(
  parts: Parts,
  around: {
    events: EventRecorder;
    gitRepositories: Controller<GitRepository>;
    otherSources: OtherSources;
    otherShards: Reflector<Kustomization> | undefined;
  },
): Controller<Kustomization> {
  const { options, platform, services, wakeups } = parts;
  const { events, gitRepositories, otherSources, otherShards } = around;
  const controller: Controller<Kustomization> = new Controller<Kustomization>({
    ...commonOf(parts),
    name: 'kustomization',
    fieldManager: 'gotk-kustomize-controller',
    resource: Kustomization,
    event: (object, event) => events.event(object, event),
    onChange: (event) => wakeups.kustomizationChanged(event),
    reconciler: createKustomizationReconciler({
      ...options.kustomize,
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
      find: (key) => controller.get(key) ?? otherShards?.store.get(key),
      sources: {
        noCrossNamespaceRefs: options.noCrossNamespaceRefs,
        allowExternalArtifact: options.kustomize.allowExternalArtifact,
        requeueDependencyMs: options.requeueDependencyMs,
        find: (key) =>
          (key.kind === 'GitRepository' ? gitRepositories.get(key) : undefined) ?? otherSources.find(key),
      },
    }),
  });
  return controller;
}

/** Kustomizations that other processes reconcile, for `dependsOn`. */
function watchOtherShards({ platform, wakeups }: Parts): Reflector<Kustomization> {
  return createReflector<Kustomization>({
    client: platform.client,
    resource: Kustomization,
    onEvent: (event) => wakeups.dependencyChanged(event),
    onError: watchFailures(platform.log, 'Kustomization'),
  });
}
