import { conditions } from '../common/condition.ts';
import { pluginConfig, pluginType } from '../common/plugin-reference.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { namespacedReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { imageCategories, imageGroup, imageRef } from './group.ts';

/** An order, and with it which end of it wins. */
function order(description: string) {
  return t.optional(t.oneOf(['asc', 'desc'], description, { default: 'asc' }));
}

const PolicyChoice = t.object('How to choose among the tags; set exactly one.', {
  semver: t.optional(
    t.object('Takes the highest semantic version in a range.', {
      range: t.string('The range, e.g. ^1.2 or >=1.0.0 <2.0.0.'),
    }),
  ),
  alphabetical: t.optional(
    t.object('Sorts the tags as text.', {
      order: order('Takes the last (asc) or the first (desc) in alphabetical order.'),
    }),
  ),
  numerical: t.optional(
    t.object('Sorts the tags as numbers.', {
      order: order('Takes the greatest (asc) or the least (desc) number.'),
    }),
  ),
  plugin: t.optional(
    t.object('Lets an installed plugin choose.', {
      name: pluginType('Name of the policy, as a Plugin provides it (see its status.provides).'),
      config: t.optional(pluginConfig),
    }),
  ),
});

export const ImagePolicySpec = t.object(
  'Which tag of an image to choose.',
  {
    imageRepositoryRef: namespacedReference('ImageRepository that knows the tags.'),
    policy: PolicyChoice,
    filterTags: t.optional(
      t.object('Looks only at some of the tags, or at parts of them.', {
        pattern: t.optional(t.string('Regular expression that tags must match.')),
        extract: t.optional(t.string('Part of the match to sort by, e.g. $ts for a group named ts.')),
      }),
    ),
    digestReflectionPolicy: t.optional(
      t.oneOf(
        ['Always', 'IfNotPresent', 'Never'],
        'Whether to record the digest of the chosen tag: at every interval, once for each tag, or never.',
        { default: 'Never' },
      ),
    ),
    interval: t.optional(
      t.duration('How often to look up the digest. Only with digestReflectionPolicy Always.'),
    ),
    suspend: t.optional(t.boolean('Stops reconciling; the last choice stays.')),
  },
  {
    rules: [
      {
        rule: "!has(self.interval) || (has(self.digestReflectionPolicy) && self.digestReflectionPolicy == 'Always')",
        message: 'interval needs digestReflectionPolicy Always',
      },
      {
        rule: "has(self.interval) || !has(self.digestReflectionPolicy) || self.digestReflectionPolicy != 'Always'",
        message: 'digestReflectionPolicy Always needs an interval',
      },
    ],
  },
);

export const ImagePolicyStatus = t.object(
  'What was last chosen.',
  {
    conditions: t.optional(conditions),
    latestRef: t.optional(imageRef('The image that the policy chose.')),
    observedPreviousRef: t.optional(imageRef('The image that it chose before.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
  },
  unobserved,
);

export const ImagePolicy = defineKind({
  group: imageGroup,
  version: 'v1',
  kind: 'ImagePolicy',
  plural: 'imagepolicies',
  shortNames: ['imgpol', 'imagepol'],
  categories: imageCategories,
  description: 'ImagePolicy chooses one of the tags of an image.',
  printerColumns: [
    field('Image', '.status.latestRef.name'),
    field('Tag', '.status.latestRef.tag'),
    ready,
    statusMessage,
    age,
  ],
  spec: ImagePolicySpec,
  status: ImagePolicyStatus,
});
export type ImagePolicy = ObjectOf<typeof ImagePolicy>;
