import Type, { type Static } from 'typebox';

/** An event as Flux's controllers post it (event.toolkit.fluxcd.io/v1beta1). */
export const FluxEvent = Type.Object({
  involvedObject: Type.Object(
    {
      apiVersion: Type.Optional(Type.String()),
      kind: Type.Optional(Type.String()),
      namespace: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
      uid: Type.Optional(Type.String()),
      resourceVersion: Type.Optional(Type.String()),
    },
    { description: 'Object that the event is about (a Kubernetes ObjectReference)' },
  ),
  severity: Type.String({ description: '`info`, `error` or `trace`' }),
  timestamp: Type.Union([Type.String(), Type.Null()], { description: 'RFC 3339' }),
  message: Type.String(),
  reason: Type.String({ description: 'CamelCase, as in the condition' }),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Facts by name without prefix: `revision`, `summary`, `commit`, what the Alert adds, …',
    }),
  ),
  reportingController: Type.String(),
  reportingInstance: Type.Optional(Type.String()),
});
export type FluxEvent = Static<typeof FluxEvent>;
