import * as t from '../schema.ts';

export const healthCheckExprs = t.array(
  t.object('How to tell the health of a kind that does not follow kstatus.', {
    apiVersion: t.string('API version of the kind.'),
    kind: t.optional(t.string('The kind.')),
    current: t.string('CEL expression that is true when the object is healthy.'),
    inProgress: t.optional(t.string('CEL expression that is true while the object is being worked on.')),
    failed: t.optional(t.string('CEL expression that is true when the object has failed.')),
  }),
  'CEL expressions that tell the health of custom resources. They see the fields of the object, e.g. status.phase.',
);

/** Objects of the same kind to wait for. */
export function dependsOn(kind: string) {
  return t.array(
    t.object(`A ${kind} that has to be ready first.`, {
      name: t.string(`Name of the ${kind}.`),
      namespace: t.optional(t.string(`Namespace of the ${kind}; by default the same.`)),
      readyExpr: t.optional(
        t.string('CEL expression over self and dep that decides readiness in place of the built-in check.'),
      ),
    }),
    `The ${kind}s that have to be ready before this one is reconciled.`,
  );
}
