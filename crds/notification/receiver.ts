import { conditions } from '../common/condition.ts';
import { pluginType } from '../common/plugin-reference.ts';
import { age, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { eventObject, notificationCategories, notificationGroup } from './group.ts';

const OIDCProvider = t.object('Somebody who issues tokens, and which of the tokens are good.', {
  issuerURL: t.string('The issuer, as in the iss claim; its keys are found by discovery.', {
    pattern: '^https?://',
  }),
  audience: t.optional(t.string('What the aud claim must hold; by default notification-controller.')),
  variables: t.optional(
    t.array(
      t.object('A value for use in later expressions.', {
        name: t.string('Name; used as vars.<name>.'),
        expression: t.string('CEL expression over claims and earlier vars.'),
      }),
      'Values for use in validations, in order.',
    ),
  ),
  validations: t.array(
    t.object('A demand on the token.', {
      expression: t.string('CEL expression over claims and vars that must be true.'),
      message: t.string('Says what is wrong when it is not.'),
    }),
    'What a token has to fulfil; all of it.',
    { minItems: 1 },
  ),
});

export const ReceiverSpec = t.object(
  'Which requests are accepted and what they set off.',
  {
    type: pluginType(
      'Who sends the webhooks: one that comes with Flux (github, gitlab, harbor, …) or that an installed receiver plugin ' +
        'provides. It decides how they are verified.',
    ),
    resources: t.array(
      t.object('Objects to reconcile.', {
        ...eventObject,
        filter: t.optional(
          t.string('CEL expression over res and req that decides about each of the objects.'),
        ),
      }),
      'Objects that a request reconciles.',
    ),
    resourceFilter: t.optional(t.string('CEL expression over res and req that decides about every object.')),
    events: t.optional(t.array(t.string('Name of an event.'), 'Events to act upon; by default all.')),
    secretRef: t.optional(localReference('Secret with the token that requests are verified with.')),
    oidcProviders: t.optional(
      t.array(OIDCProvider, 'Whose tokens are accepted. Only for type generic-oidc.', {
        listType: 'map',
        mapKeys: ['issuerURL'],
      }),
    ),
    interval: t.optional(t.duration('How often to look whether the Secret has changed.', { default: '10m' })),
    suspend: t.optional(t.boolean('Answers requests with 503 and does nothing.')),
  },
  {
    rules: [
      {
        rule: "self.type != 'generic-oidc' || (has(self.oidcProviders) && size(self.oidcProviders) > 0)",
        message: 'type generic-oidc needs oidcProviders',
      },
      {
        rule: "self.type == 'generic-oidc' || !has(self.oidcProviders) || size(self.oidcProviders) == 0",
        message: 'oidcProviders need type generic-oidc',
      },
      {
        rule: "self.type != 'generic-oidc' || !has(self.secretRef)",
        message: 'type generic-oidc takes no secretRef',
      },
      {
        rule: "self.type == 'generic-oidc' || has(self.secretRef)",
        message: 'secretRef is required unless the type is generic-oidc',
      },
    ],
  },
);

export const ReceiverStatus = t.object(
  'Where to send requests.',
  {
    conditions: t.optional(conditions),
    webhookPath: t.optional(t.string('Path that requests have to be sent to.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
  },
  unobserved,
);

export const Receiver = defineKind({
  group: notificationGroup,
  version: 'v1',
  kind: 'Receiver',
  plural: 'receivers',
  categories: notificationCategories,
  description: 'Receiver reconciles objects when a webhook is called.',
  printerColumns: [age, ready, statusMessage],
  spec: ReceiverSpec,
  status: ReceiverStatus,
});
export type Receiver = ObjectOf<typeof Receiver>;
