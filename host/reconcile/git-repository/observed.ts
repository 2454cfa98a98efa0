import { isDeepStrictEqual } from 'node:util';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { Artifact } from '../../artifacts/types.ts';

/** Whether anything but the commit decides differently about the artifact's content than when it was made. */
export function contentConfigChanged(object: GitRepository, includes: readonly Artifact[]): boolean {
  const { spec, status = {} } = object;
  return !(
    spec.ignore === status.observedIgnore &&
    (spec.recurseSubmodules ?? false) === (status.observedRecurseSubmodules ?? false) &&
    isDeepStrictEqual(spec.include ?? [], status.observedInclude ?? []) &&
    isDeepStrictEqual(spec.sparseCheckout ?? [], status.observedSparseCheckout ?? []) &&
    includesEqual(includes, status.includedArtifacts ?? [])
  );
}

/** Writes down what the artifact was made from. */
export function recordObserved(object: GitRepository, includes: readonly Artifact[]): void {
  const { spec } = object;
  const {
    observedIgnore,
    observedRecurseSubmodules,
    observedInclude,
    observedSparseCheckout,
    includedArtifacts,
    ...rest
  } = object.status ?? {};
  object.status = {
    ...rest,
    ...(spec.ignore === undefined ? {} : { observedIgnore: spec.ignore }),
    ...(spec.recurseSubmodules ? { observedRecurseSubmodules: true } : {}),
    ...(spec.include?.length ? { observedInclude: spec.include } : {}),
    ...(spec.sparseCheckout?.length ? { observedSparseCheckout: spec.sparseCheckout } : {}),
    ...(includes.length > 0 ? { includedArtifacts: [...includes] } : {}),
  };
}

function includesEqual(a: readonly Artifact[], b: readonly Artifact[]): boolean {
  return a.length === b.length && a.every((artifact, index) => artifact.digest === b[index]?.digest);
}
