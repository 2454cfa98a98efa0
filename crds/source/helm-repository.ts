import { accessFrom } from '../common/access-from.ts';
import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

export const HelmRepositorySpec = t.object('Where the charts are.', {
  url: t.string('Address of the repository, http(s):// or oci://.', { pattern: '^(http|https|oci)://.*$' }),
  type: t.optional(
    t.oneOf(['default', 'oci'], 'An HTTP repository with an index (default) or a container registry (oci).'),
  ),
  interval: t.optional(t.duration('How often to fetch the index; by default every minute.')),
  timeout: t.optional(t.timeout('Longest time for fetching the index; by default one minute.')),
  provider: t.optional(
    t.oneOf(
      ['generic', 'aws', 'azure', 'gcp'],
      'How to sign in to a registry: with the Secret (generic) or as a workload of this cloud. Only for type oci.',
      { default: 'generic' },
    ),
  ),
  secretRef: t.optional(
    localReference(
      'Secret with username and password, or of type kubernetes.io/dockerconfigjson for a registry.',
    ),
  ),
  certSecretRef: t.optional(localReference('Secret with ca.crt, or tls.crt and tls.key, for the server.')),
  passCredentials: t.optional(
    t.boolean(
      'Sends the credentials to other hosts that the index names too. Know those hosts before you do.',
    ),
  ),
  insecure: t.optional(t.boolean('Allows a registry without TLS. Only for type oci.')),
  accessFrom: t.optional(accessFrom),
  suspend: t.optional(t.boolean('Stops reconciling; the last index stays available.')),
});

export const HelmRepositoryStatus = t.object(
  'What was last fetched. Repositories of type oci have no status: there is nothing to fetch beforehand.',
  {
    conditions: t.optional(conditions),
    artifact: t.optional(artifact('The index that was last fetched.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    url: t.optional(t.string('Address under which the latest index can be downloaded.')),
  },
  unobserved,
);

export const HelmRepository = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'HelmRepository',
  plural: 'helmrepositories',
  shortNames: ['helmrepo'],
  categories: sourceCategories,
  description: 'HelmRepository is a place that Helm charts come from.',
  printerColumns: [field('URL', '.spec.url'), age, ready, statusMessage],
  spec: HelmRepositorySpec,
  status: HelmRepositoryStatus,
});
export type HelmRepository = ObjectOf<typeof HelmRepository>;
