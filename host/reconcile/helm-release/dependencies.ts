import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { getCondition, isReady } from '../conditions.ts';
import { dependencyNotReady, isReadyBy } from '../ready-by.ts';

/** The HelmReleases that this one waits for. */
export function dependenciesOf({ spec, metadata }: HelmRelease): NamespacedName[] {
  return (spec.dependsOn ?? []).map(({ name, namespace }) => ({
    name,
    namespace: namespace ?? metadata.namespace ?? '',
  }));
}

/** Those whose every change may turn a `readyExpr` of this one true: none unless it waits for that. */
export function watchedDependenciesOf(object: HelmRelease): NamespacedName[] {
  const isWaiting = getCondition(object, 'Ready')?.reason === 'DependencyNotReady';
  return isWaiting ? dependenciesOf(object).filter((_, i) => object.spec.dependsOn?.[i]?.readyExpr) : [];
}

/**
 * A dependency has to be ready by its `readyExpr`, or, without one, by its condition.
 * @throws FluxError with reason DependencyNotReady; the object is woken when the dependency turns ready. Terminal for an expression that is wrong
 */
export function checkDependencies(
  object: HelmRelease,
  run: {
    retryAfterMs: number;
    additiveReadyExpr: boolean;
    find(key: NamespacedName): HelmRelease | undefined;
  },
): void {
  for (const [i, key] of dependenciesOf(object).entries()) {
    const name = `${key.namespace}/${key.name}`;
    const dependency = run.find(key);
    if (!dependency)
      throw dependencyNotReady(`unable to get '${name}' dependency: not found`, run.retryAfterMs);
    const readyExpr = object.spec.dependsOn?.[i]?.readyExpr;
    if (readyExpr && !isReadyBy(readyExpr, { self: object, dep: dependency }, run.retryAfterMs)) {
      throw dependencyNotReady(
        `dependency '${name}' is not ready according to readyExpr eval`,
        run.retryAfterMs,
      );
    }
    if ((!readyExpr || run.additiveReadyExpr) && !isReady(dependency)) {
      throw dependencyNotReady(`dependency '${name}' is not ready`, run.retryAfterMs);
    }
  }
}
