import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { NamespacedName } from '../kube/types.ts';
import type { SourceKey, SourceObject } from '../reconcile/kustomization/source.ts';

type Find = (key: SourceKey) => SourceObject | undefined;

/** Finds sources of every kind, be they reconciled here, by another shard or by another controller. */
export class Sources {
  /** What charts need to know of repositories beyond their artifacts; set once their controller exists. */
  helmRepositories:
    | { get(key: NamespacedName): HelmRepository | undefined; list(): readonly HelmRepository[] }
    | undefined;
  readonly #byKind = new Map<string, Find[]>();

  /** Where objects of a kind are; what was added first is asked first. */
  add(kind: string, find: Find): void {
    this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), find]);
  }

  find(key: SourceKey): SourceObject | undefined {
    for (const find of this.#byKind.get(key.kind) ?? []) {
      const object = find(key);
      if (object) return object;
    }
    return undefined;
  }
}
