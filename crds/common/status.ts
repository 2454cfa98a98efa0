import * as t from '../schema.ts';

/** `observedGeneration` of an object that was never reconciled, so that tools see it as in progress. */
export const unobserved = { default: { observedGeneration: -1 } } as const;

export const observedGeneration = t.integer('Generation of the spec that was last reconciled.', {
  format: 'int64',
});

export const lastHandledReconcileAt = t.string(
  'Value of the reconcile.fluxcd.io/requestedAt annotation that was last acted upon.',
);
