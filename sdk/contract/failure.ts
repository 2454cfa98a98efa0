import Type, { type Static } from 'typebox';

/**
 * How a plugin reports a failure: as JSON through Extism's `error_set`. Plain text is taken as a message without a code.
 */
export const PluginFailure = Type.Object({
  message: Type.String({ description: 'What happened, for the person who reads the condition' }),
  reason: Type.Optional(
    Type.String({ description: 'CamelCase condition reason, e.g. `AuthenticationFailed`' }),
  ),
  hint: Type.Optional(Type.String({ description: 'What to do about it' })),
  terminal: Type.Optional(Type.Boolean({ description: 'Retrying cannot help until the spec changes' })),
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type PluginFailure = Static<typeof PluginFailure>;
