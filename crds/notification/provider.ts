import { pluginConfig, pluginType } from '../common/plugin-reference.ts';
import { age } from '../common/printer-columns.ts';
import { localReference, serviceAccountName } from '../common/references.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { notificationCategories, notificationGroup } from './group.ts';

export const ProviderSpec = t.object(
  'A service, and how to reach it.',
  {
    type: pluginType(
      'Kind of service: one that comes with Flux (slack, github, pagerduty, …) or that an installed notifier ' +
        'plugin provides.',
    ),
    address: t.optional(
      t.string('Address of the service; a Secret may hold it instead.', { maxLength: 2048 }),
    ),
    channel: t.optional(t.string('Channel, room or topic to post to.', { maxLength: 2048 })),
    username: t.optional(t.string('Name to post under.', { maxLength: 2048 })),
    secretRef: t.optional(
      localReference('Secret with what the service asks for: token, address, username, password, headers.'),
    ),
    certSecretRef: t.optional(localReference('Secret with ca.crt, or tls.crt and tls.key, for the service.')),
    proxySecretRef: t.optional(localReference('Secret with a proxy: address, username and password.')),
    proxy: t.optional(
      t.string('Address of a proxy. Deprecated: use proxySecretRef.', {
        maxLength: 2048,
        pattern: '^(http|https)://.*$',
      }),
    ),
    config: t.optional(pluginConfig),
    serviceAccountName: t.optional(serviceAccountName),
    commitStatusExpr: t.optional(
      t.string('CEL expression over event, alert and provider that gives the name of a commit status.'),
    ),
    timeout: t.optional(t.timeout('Longest time for sending one event; by default 15s.')),
    interval: t.optional(t.duration('Has no effect any more.')),
    suspend: t.optional(t.boolean('Sends nothing.')),
  },
  {
    rules: [
      {
        rule: "self.type == 'github' || self.type == 'gitlab' || self.type == 'gitea' || self.type == 'bitbucketserver' || self.type == 'bitbucket' || self.type == 'azuredevops' || !has(self.commitStatusExpr)",
        message:
          'commitStatusExpr needs a type that sets commit statuses: github, gitlab, gitea, bitbucketserver, bitbucket or azuredevops',
      },
    ],
  },
);

export const Provider = defineKind({
  group: notificationGroup,
  version: 'v1beta3',
  kind: 'Provider',
  plural: 'providers',
  categories: notificationCategories,
  description: 'Provider is a service that events are sent to.',
  printerColumns: [age],
  spec: ProviderSpec,
});
export type Provider = ObjectOf<typeof Provider>;
