import type { FluxObject } from './types.ts';

/** Flux's finalizer on everything it reconciles. */
export const finalizer = 'finalizers.fluxcd.io';

/** Set by `flux reconcile`: any change asks for a reconcile. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';

/** The request that the annotation carries, if any. */
export function requestedAt(object: FluxObject): string | undefined {
  return object.metadata.annotations?.[requestedAtAnnotation];
}
