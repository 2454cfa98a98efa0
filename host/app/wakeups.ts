import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { Artifact } from '../artifacts/types.ts';
import { formatKey, keyOf, parseKey } from '../kube/object.ts';
import type { PartialObject, StoreEvent } from '../kube/types.ts';
import { getCondition, isReady } from '../reconcile/conditions.ts';
import type { Controller } from '../reconcile/controller.ts';
import { dependenciesOf, watchedDependenciesOf } from '../reconcile/kustomization/dependencies.ts';
import { type SourceObject, sourceKeyOf } from '../reconcile/kustomization/source.ts';
import { ReferenceIndex } from './reference-index.ts';

/** Turns changes in the cluster into reconciles of whoever depends on them: events instead of polls. */
export class Wakeups {
  readonly #bySource = new ReferenceIndex();
  readonly #byDependency = new ReferenceIndex();
  /** Those that wait for a `readyExpr`, which any change of the dependency may turn true. */
  readonly #byReadyExpr = new ReferenceIndex();
  readonly #byConfig = new ReferenceIndex();
  readonly #byInclude = new ReferenceIndex();
  readonly #configListeners: ((config: string) => void)[] = [];
  readonly #sourceListeners: ((source: string) => void)[] = [];
  readonly #readinessListeners: ((source: string) => void)[] = [];
  /** Set once the controllers exist; until then there is nobody to wake. */
  kustomizations: Controller<Kustomization> | undefined;
  gitRepositories: Controller<GitRepository> | undefined;
  helmReleases: Controller<HelmRelease> | undefined;

  kustomizationChanged(event: StoreEvent<Kustomization>): void {
    const { object } = event;
    const from = formatKey(keyOf(object));
    const gone = event.type === 'deleted';
    const source = sourceKeyOf(object);
    this.#bySource.set(from, gone ? [] : [`${source.kind}/${formatKey(source)}`]);
    this.#byDependency.set(from, gone ? [] : dependenciesOf(object).map(formatKey));
    this.#byReadyExpr.set(from, gone ? [] : watchedDependenciesOf(object).map(formatKey));
    this.#byConfig.set(from, gone ? [] : configsOf(object));
    this.dependencyChanged(event);
  }

  /** A Kustomization that others may wait for changed, be it of this shard or another. */
  dependencyChanged(event: StoreEvent<Kustomization>): void {
    const { object } = event;
    const key = formatKey(keyOf(object));
    for (const waiting of this.#byReadyExpr.referrers(key)) this.kustomizations?.enqueue(parseKey(waiting));
    if (event.type === 'updated' && !becameUsable(event.old, object)) return;
    if (event.type === 'deleted' || isReady(object)) this.#wakeDependants(key);
  }

  gitRepositoryChanged(event: StoreEvent<GitRepository>): void {
    const { object } = event;
    const from = formatKey(keyOf(object));
    const namespace = object.metadata.namespace ?? '';
    const includes = (object.spec.include ?? []).map(({ repository: { name } }) =>
      formatKey({ namespace, name }),
    );
    this.#byInclude.set(from, event.type === 'deleted' ? [] : includes);
    if (this.sourceChanged('GitRepository', event)) {
      for (const key of this.#byInclude.referrers(from)) this.gitRepositories?.enqueue(parseKey(key));
    }
  }

  /** @returns whether the artifact is another one than before */
  sourceChanged(kind: string, event: StoreEvent<SourceObject>): boolean {
    const artifact = event.type === 'deleted' ? undefined : event.object.status?.artifact;
    const old = event.type === 'updated' ? event.old.status?.artifact : undefined;
    const source = `${kind}/${formatKey(keyOf(event.object))}`;
    if (!artifact || (old && isSame(artifact, old))) {
      const saysOtherwise = event.type === 'updated' && !isSameReadiness(event.old, event.object);
      if (saysOtherwise) for (const listener of this.#readinessListeners) listener(source);
      return false;
    }
    for (const key of this.#bySource.referrers(source)) {
      this.kustomizations?.enqueue(parseKey(key), { supersede: source, priority: 1 });
    }
    this.tellOf(source);
    return true;
  }

  /** Has a listener told of every source that has another artifact, e.g. `HelmRepository/apps/charts`. */
  onSourceChange(listener: (source: string) => void): void {
    this.#sourceListeners.push(listener);
  }

  /** Has a listener told of every source that says something else about its readiness, with the artifact that it had. */
  onSourceReadiness(listener: (source: string) => void): void {
    this.#readinessListeners.push(listener);
  }

  /** A source is another one in a way that its artifact does not show. */
  tellOf(source: string): void {
    for (const listener of this.#sourceListeners) listener(source);
  }

  /** Has a listener told of every watched ConfigMap or Secret that changed, e.g. `Secret/flux-system/token`. */
  onConfigChange(listener: (config: string) => void): void {
    this.#configListeners.push(listener);
  }

  /** A watched ConfigMap or Secret changed. */
  configChanged(kind: 'ConfigMap' | 'Secret', object: PartialObject): void {
    const config = `${kind}/${formatKey(keyOf(object))}`;
    for (const listener of this.#configListeners) listener(config);
    for (const key of this.#byConfig.referrers(config)) {
      this.kustomizations?.enqueue(parseKey(key), { supersede: config, priority: 1 });
    }
  }

  #wakeDependants(dependency: string): void {
    for (const key of this.#byDependency.referrers(dependency)) this.kustomizations?.enqueue(parseKey(key));
  }
}

/** The same content at the same place. Stored anew, e.g. after a restart with an empty volume, it is worth another attempt. */
function isSame(a: Artifact, b: Artifact): boolean {
  return (
    a.revision === b.revision &&
    a.digest === b.digest &&
    a.url === b.url &&
    a.lastUpdateTime === b.lastUpdateTime
  );
}

function isSameReadiness(a: SourceObject, b: SourceObject): boolean {
  const [before, after] = [a, b].map((object) => getCondition(object, 'Ready'));
  return (
    a.status?.observedGeneration === b.status?.observedGeneration &&
    before?.status === after?.status &&
    before?.message === after?.message
  );
}

/** A dependant may go on: the object turned ready, or is ready at another revision. */
function becameUsable(old: Kustomization, object: Kustomization): boolean {
  return (
    isReady(object) &&
    (!isReady(old) || old.status?.lastAppliedRevision !== object.status?.lastAppliedRevision)
  );
}

function configsOf(object: Kustomization): string[] {
  const namespace = object.metadata.namespace ?? '';
  const { decryption, kubeConfig } = object.spec;
  const secrets = [decryption?.secretRef, kubeConfig?.secretRef].filter((ref) => ref !== undefined);
  return [
    ...(object.spec.postBuild?.substituteFrom ?? []),
    ...secrets.map(({ name }) => ({ kind: 'Secret', name })),
    ...(kubeConfig?.configMapRef ? [{ kind: 'ConfigMap', name: kubeConfig.configMapRef.name }] : []),
  ].map(({ kind, name }) => `${kind}/${formatKey({ namespace, name })}`);
}
