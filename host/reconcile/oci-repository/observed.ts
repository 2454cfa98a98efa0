import { isDeepStrictEqual } from 'node:util';
import type { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';

/** Whether anything but the digest decides differently about the artifact's content than when it was made. */
export function contentConfigChanged({ spec, status = {} }: OCIRepository): boolean {
  return !(
    spec.ignore === status.observedIgnore &&
    isDeepStrictEqual(spec.layerSelector, status.observedLayerSelector)
  );
}

/** Writes down what the artifact was made from. */
export function recordObserved(object: OCIRepository): void {
  const { ignore, layerSelector } = object.spec;
  const { observedIgnore: _ignore, observedLayerSelector: _selector, ...rest } = object.status ?? {};
  object.status = {
    ...rest,
    ...(ignore === undefined ? {} : { observedIgnore: ignore }),
    ...(layerSelector === undefined ? {} : { observedLayerSelector: layerSelector }),
  };
}
