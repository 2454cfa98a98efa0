import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference, serviceAccountName } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { matchOIDCIdentity, verifyProvider } from '../common/verify.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

/** Which image of a repository to use; digest wins over semver, semver over tag. */
export const ociReference = t.object('Which image to use; without it the tag latest.', {
  digest: t.optional(t.string('This digest, <algorithm>:<checksum>; wins over the others.')),
  semver: t.optional(t.string('Highest tag in this range of semantic versions; wins over tag.')),
  semverFilter: t.optional(t.string('Regular expression that tags must match before semver looks at them.')),
  tag: t.optional(t.string('This tag.')),
});

const LayerSelector = t.object('Which layer of the image to use; by default the first, unpacked.', {
  mediaType: t.optional(t.string('Takes the first layer of this media type.')),
  operation: t.optional(
    t.oneOf(
      ['extract', 'copy'],
      'Unpacks the layer (extract, the default) or keeps the archive as it is (copy).',
    ),
  ),
});

export const OCIRepositorySpec = t.object('Where the image is and what to take from it.', {
  url: t.string('Address of the repository, oci://<host>/<path>.', { pattern: '^oci://.*$' }),
  interval: t.duration('How often to look for changes.'),
  timeout: t.optional(t.timeout('Longest time for one registry operation.', { default: '60s' })),
  ref: t.optional(ociReference),
  layerSelector: t.optional(LayerSelector),
  provider: t.optional(
    t.oneOf(
      ['generic', 'aws', 'azure', 'gcp'],
      'How to sign in: with the Secret (generic) or as a workload of this cloud.',
      { default: 'generic' },
    ),
  ),
  secretRef: t.optional(localReference('Secret of type kubernetes.io/dockerconfigjson.')),
  serviceAccountName: t.optional(serviceAccountName),
  certSecretRef: t.optional(localReference('Secret with ca.crt, or tls.crt and tls.key, for the registry.')),
  proxySecretRef: t.optional(localReference('Secret with a proxy: address, username and password.')),
  insecure: t.optional(t.boolean('Allows a registry without TLS.')),
  ignore: t.optional(t.string('Files to leave out, in .gitignore form; replaces the default exclusions.')),
  verify: t.optional(
    t.object('Refuses images that no trusted party has signed.', {
      provider: verifyProvider,
      secretRef: t.optional(
        localReference(
          'Secret with the trusted public keys (*.pub), or with trustpolicy.json and certificates.',
        ),
      ),
      matchOIDCIdentity: t.optional(matchOIDCIdentity),
      trustedRootSecretRef: t.optional(
        localReference(
          'Secret with trusted_root.json of a private Sigstore; by default the public one is used.',
        ),
      ),
    }),
  ),
  suspend: t.optional(t.boolean('Stops reconciling; the last artifact stays available.')),
});

export const OCIRepositoryStatus = t.object(
  'What was last fetched.',
  {
    conditions: t.optional(conditions),
    artifact: t.optional(artifact('The content of the last image that was fetched.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    observedIgnore: t.optional(t.string('spec.ignore that the artifact was made with.')),
    observedLayerSelector: t.optional(LayerSelector),
    url: t.optional(t.string('Address under which the latest artifact can be downloaded.')),
  },
  unobserved,
);

export const OCIRepository = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'OCIRepository',
  plural: 'ocirepositories',
  shortNames: ['ocirepo'],
  categories: sourceCategories,
  description: 'OCIRepository makes an artifact of an image in a container registry.',
  printerColumns: [field('URL', '.spec.url'), ready, statusMessage, age],
  spec: OCIRepositorySpec,
  status: OCIRepositoryStatus,
});
export type OCIRepository = ObjectOf<typeof OCIRepository>;
