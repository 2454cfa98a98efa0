import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { isReady } from '../conditions.ts';
import { sourceKeyOf } from './source.ts';

/** The Kustomizations that this one waits for. */
export function dependenciesOf(object: Kustomization): NamespacedName[] {
  return (object.spec.dependsOn ?? []).map(({ name, namespace }) => ({
    name,
    namespace: namespace ?? object.metadata.namespace ?? '',
  }));
}

/**
 * Ready for its own generation and, when it comes from the same source, at the same revision.
 * @throws FluxError with reason DependencyNotReady; the object is woken when the dependency turns ready
 */
export function checkDependencies(
  object: Kustomization,
  run: { revision: string; find(key: NamespacedName): Kustomization | undefined; retryAfterMs: number },
): void {
  for (const key of dependenciesOf(object)) {
    const name = `${key.namespace}/${key.name}`;
    const dependency = run.find(key);
    if (!dependency) throw notReady(`dependency '${name}' not found`, run.retryAfterMs);
    if (!isReady(dependency)) {
      const circle = findCircle(object, run.find);
      throw circle
        ? notReady(
            `dependency circle: ${circle.join(' → ')}`,
            run.retryAfterMs,
            'remove one dependsOn of the circle',
          )
        : notReady(`dependency '${name}' is not ready`, run.retryAfterMs);
    }
    const ours = sourceKeyOf(object);
    const theirs = sourceKeyOf(dependency);
    const same =
      ours.kind === theirs.kind && ours.name === theirs.name && ours.namespace === theirs.namespace;
    if (same && dependency.status?.lastAppliedRevision !== run.revision) {
      throw notReady(`dependency '${name}' revision is not up to date`, run.retryAfterMs);
    }
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

function notReady(message: string, retryAfterMs: number, hint?: string): FluxError {
  return new FluxError('FLUX_E_DEPENDENCY', message, {
    reason: 'DependencyNotReady',
    retryAfterMs,
    ...(hint ? { hint } : {}),
  });
}
