import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { getCondition, isReady } from '../conditions.ts';
import { dependencyNotReady, isReadyBy } from '../ready-by.ts';
import { sourceKeyOf } from './source.ts';

/** The Kustomizations that this one waits for. */
export function dependenciesOf(object: Kustomization): NamespacedName[] {
  return (object.spec.dependsOn ?? []).map(({ name, namespace }) => ({
    name,
    namespace: namespace ?? object.metadata.namespace ?? '',
  }));
}

/** The Kustomizations whose every change may turn a `readyExpr` of this one true: none unless it waits for that. */
export function watchedDependenciesOf(object: Kustomization): NamespacedName[] {
  const { dependsOn = [] } = object.spec;
  const isWaiting = getCondition(object, 'Ready')?.reason === 'DependencyNotReady';
  return isWaiting ? dependenciesOf(object).filter((_, i) => dependsOn[i]?.readyExpr) : [];
}

/** What a check of dependencies needs to know of the attempt. */
export interface DependencyCheck {
  readonly revision: string;
  readonly retryAfterMs: number;
  readonly additiveReadyExpr: boolean;
  find(key: NamespacedName): Kustomization | undefined;
}

/**
 * A dependency has to be ready by its `readyExpr`, or, without one, by the built-in check.
 * @throws FluxError with reason DependencyNotReady; the object is woken when the dependency turns ready. Terminal, with reason
 * InvalidCELExpression, for an expression that is wrong
 */
export function checkDependencies(object: Kustomization, run: DependencyCheck): void {
  for (const [i, key] of dependenciesOf(object).entries()) {
    const name = `${key.namespace}/${key.name}`;
    const dependency = run.find(key);
    if (!dependency) {
      const missing = `kustomizations.kustomize.toolkit.fluxcd.io "${key.name}" not found`;
      throw dependencyNotReady(`dependency '${name}' not found: ${missing}`, run.retryAfterMs);
    }
    const readyExpr = object.spec.dependsOn?.[i]?.readyExpr;
    if (readyExpr && !isReadyBy(readyExpr, { self: object, dep: dependency }, run.retryAfterMs)) {
      throw dependencyNotReady(
        `dependency '${name}' is not ready according to readyExpr eval`,
        run.retryAfterMs,
      );
    }
    if (!readyExpr || run.additiveReadyExpr) checkBuiltIn(object, dependency, run);
  }
}

/** Ready for its own generation and, when it comes from the same source, at the same revision. */
function checkBuiltIn(object: Kustomization, dependency: Kustomization, run: DependencyCheck): void {
  const name = nameOf(dependency);
  if (!isReady(dependency)) {
    const circle = findCircle(object, run.find);
    throw circle
      ? dependencyNotReady(
          `dependency circle: ${circle.join(' → ')}`,
          run.retryAfterMs,
          'remove one dependsOn of the circle',
        )
      : dependencyNotReady(`dependency '${name}' is not ready`, run.retryAfterMs);
  }
  const ours = sourceKeyOf(object);
  const theirs = sourceKeyOf(dependency);
  const same = ours.kind === theirs.kind && ours.name === theirs.name && ours.namespace === theirs.namespace;
  if (same && dependency.status?.lastAppliedRevision !== run.revision) {
    throw dependencyNotReady(`dependency '${name}' revision is not up to date`, run.retryAfterMs);
  }
}

/** The chain of names that leads from an object back to itself. */
function findCircle(
  object: Kustomization,
  find: (key: NamespacedName) => Kustomization | undefined,
): string[] | undefined {
  const start = nameOf(object);
  const visited = new Set<string>();
  const walk = (current: Kustomization, chain: string[]): string[] | undefined => {
    for (const key of dependenciesOf(current)) {
      const name = `${key.namespace}/${key.name}`;
      if (name === start) return [...chain, name];
      if (visited.has(name)) continue;
      visited.add(name);
      const next = find(key);
      const circle = next && walk(next, [...chain, name]);
      if (circle) return circle;
    }
    return undefined;
  };
  return walk(object, [start]);
}

function nameOf(object: Kustomization): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
