import Type, { type Static } from 'typebox';
import { FluxEvent } from './event.ts';

/**
 * A `notifier` plugin exports `notify`: it delivers one event to one service. Filtering, rate limits, retries and the
 * outbox are the host's: a failure without `terminal` is tried again later, honouring `retryAfterMs`.
 */
export const NotifyRequest = Type.Object({
  id: Type.Optional(
    Type.String({
      description:
        'The same at every attempt to deliver this message, also after a restart: for services that drop what they have seen',
    }),
  ),
  event: FluxEvent,
  provider: Type.Object(
    {
      namespace: Type.String(),
      name: Type.String(),
      uid: Type.Optional(Type.String()),
      type: Type.String({ description: 'Type that the user wrote, one of those that the plugin provides' }),
      address: Type.Optional(
        Type.String({ description: 'From the Secret when that has one, else the spec' }),
      ),
      channel: Type.Optional(Type.String()),
      username: Type.Optional(
        Type.String({ description: 'From the Secret when that has one, else the spec' }),
      ),
      serviceAccountName: Type.Optional(
        Type.String({ description: 'Whose cloud identity the user wants to be used' }),
      ),
      config: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: '`spec.config`' })),
    },
    { description: 'The Provider' },
  ),
  alert: Type.Optional(
    Type.Object({
      namespace: Type.String(),
      name: Type.String(),
      uid: Type.Optional(Type.String()),
    }),
  ),
  secret: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'Granted keys of the Secret, base64. Credentials that the host adds on the way out are not in here',
    }),
  ),
  secretEntries: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Names of all entries of the Secret that are not empty, also of those that only the host sees, so that a missing one can be told',
    }),
  ),
  hasIdentity: Type.Optional(
    Type.Boolean({ description: 'There is an access token of a cloud, seen by the plugin or not' }),
  ),
  identityToken: Type.Optional(
    Type.String({ description: 'Access token, where a visible identity is granted' }),
  ),
  commitStatus: Type.Optional(
    Type.String({ description: 'Name of the commit status, for types with the trait `commit-status`' }),
  ),
  message: Type.Optional(
    Type.String({
      description: "The Alert's template, filled in; replaces the text that the plugin would make",
    }),
  ),
});
export type NotifyRequest = Static<typeof NotifyRequest>;

export const NotifyResponse = Type.Object({
  skipped: Type.Optional(
    Type.String({ description: 'Nothing was sent, and why that is right, e.g. an event without a commit' }),
  ),
});
export type NotifyResponse = Static<typeof NotifyResponse>;

/** What the host has to know of a notifier to route events (`provides[].traits`), as Flux routes them. */
export const notifierTraits = {
  'commit-status': 'Sets commit statuses: events need a commit, and `commitStatusExpr` may be given',
  'commit-status-updates': 'Also gets events that are only about a commit status (generic)',
  'change-request': 'Comments on change requests: gets only events with `change_request` metadata',
} as const;
export type NotifierTrait = keyof typeof notifierTraits;
