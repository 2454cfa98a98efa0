import { accessFrom } from '../common/access-from.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { imageCategories, imageGroup } from './group.ts';

export const ImageRepositorySpec = t.object('Which image to look at.', {
  image: t.string('Name of the image, without a tag or digest.'),
  interval: t.duration('How often to list its tags.'),
  timeout: t.optional(t.timeout('Longest time for listing the tags; by default the interval.')),
  provider: t.optional(
    t.oneOf(
      ['generic', 'aws', 'azure', 'gcp'],
      'How to sign in: with the Secret (generic) or as a workload of this cloud.',
      { default: 'generic' },
    ),
  ),
  secretRef: t.optional(localReference('Secret of type kubernetes.io/dockerconfigjson.')),
  serviceAccountName: t.optional(
    t.string('ServiceAccount in the same namespace whose identity or pull secrets are used to sign in.', {
      maxLength: 253,
    }),
  ),
  certSecretRef: t.optional(localReference('Secret with ca.crt, or tls.crt and tls.key, for the registry.')),
  proxySecretRef: t.optional(localReference('Secret with a proxy: address, username and password.')),
  insecure: t.optional(t.boolean('Allows a registry without TLS.')),
  exclusionList: t.optional(
    t.array(t.string('A regular expression.'), 'Tags to leave out.', {
      default: ['^.*\\.sig$'],
      maxItems: 25,
    }),
  ),
  accessFrom: t.optional(accessFrom),
  suspend: t.optional(t.boolean('Stops reconciling; known tags stay available.')),
});

export const ImageRepositoryStatus = t.object(
  'What was last seen.',
  {
    conditions: t.optional(conditions),
    canonicalImageName: t.optional(t.string('Name of the image with registry and all.')),
    lastScanResult: t.optional(
      t.object('What the last listing found.', {
        tagCount: t.integer('How many tags there are.'),
        latestTags: t.optional(t.array(t.string('A tag.'), 'Ten of them, for a glance.')),
        revision: t.optional(t.string('Changes whenever the tags do.')),
        scanTime: t.optional(t.time('When that was.')),
      }),
    ),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedExclusionList: t.optional(
      t.array(t.string('A regular expression.'), 'spec.exclusionList of the last listing.'),
    ),
    observedGeneration: t.optional(observedGeneration),
  },
  unobserved,
);

export const ImageRepository = defineKind({
  group: imageGroup,
  version: 'v1',
  kind: 'ImageRepository',
  plural: 'imagerepositories',
  shortNames: ['imgrepo', 'imagerepo'],
  categories: imageCategories,
  description: 'ImageRepository keeps a list of the tags of a container image.',
  printerColumns: [
    field('Image', '.spec.image'),
    field('Tags', '.status.lastScanResult.tagCount'),
    ready,
    statusMessage,
    field('Last scan', '.status.lastScanResult.scanTime', 1),
    age,
  ],
  spec: ImageRepositorySpec,
  status: ImageRepositoryStatus,
});
export type ImageRepository = ObjectOf<typeof ImageRepository>;
