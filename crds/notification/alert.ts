import { age } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { eventObject, notificationCategories, notificationGroup } from './group.ts';

export const AlertSpec = t.object('Which events go where.', {
  providerRef: localReference('Provider in the same namespace that the events are sent to.'),
  eventSources: t.array(t.object('Objects whose events are sent.', eventObject), 'Whose events are sent.'),
  eventSeverity: t.optional(
    t.oneOf(['info', 'error'], 'Lowest severity that is sent: all events (info) or errors alone.', {
      default: 'info',
    }),
  ),
  inclusionList: t.optional(
    t.array(t.string('A regular expression.'), 'Sends only events whose message matches one of these.'),
  ),
  exclusionList: t.optional(
    t.array(t.string('A regular expression.'), 'Does not send events whose message matches one of these.'),
  ),
  eventMetadata: t.optional(t.map('Added to every event, e.g. the name of the cluster.')),
  summary: t.optional(
    t.string('Added to every event as its summary. Deprecated: use eventMetadata.summary.', {
      maxLength: 255,
    }),
  ),
  template: t.optional(
    t.string(
      'Text of the message in the Mustache language, over event, alert and provider, e.g. {{event.involvedObject.name}}: {{event.message}}.',
      { maxLength: 8192 },
    ),
  ),
  group: t.optional(
    t.object('Makes one message of many failures with one cause, and tells when they are over.', {
      wait: t.duration('How long to collect failures before the first message.', { default: '30s' }),
      interval: t.optional(
        t.duration('How long to wait before the next message of the same group.', { default: '5m' }),
      ),
      recovery: t.optional(
        t.boolean('Sends a message once everything in the group is ready again.', { default: true }),
      ),
    }),
  ),
  suspend: t.optional(t.boolean('Sends nothing.')),
});

export const Alert = defineKind({
  group: notificationGroup,
  version: 'v1beta3',
  kind: 'Alert',
  plural: 'alerts',
  categories: notificationCategories,
  description: 'Alert sends the events of some objects to a Provider.',
  printerColumns: [age],
  spec: AlertSpec,
});
export type Alert = ObjectOf<typeof Alert>;
