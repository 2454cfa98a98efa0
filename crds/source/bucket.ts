import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference, serviceAccountName } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

const SecurityTokenService = t.object('Where to exchange an identity for short-lived credentials.', {
  provider: t.oneOf(['aws', 'ldap'], 'Kind of the service.'),
  endpoint: t.string('Address of the service.', { pattern: '^(http|https)://.*$' }),
  secretRef: t.optional(localReference('Secret with username and password. Only for provider ldap.')),
  certSecretRef: t.optional(
    localReference('Secret with ca.crt, or tls.crt and tls.key, for the service. Only for provider ldap.'),
  ),
});

export const BucketSpec = t.object(
  'Where the bucket is and what to take from it.',
  {
    bucketName: t.string('Name of the bucket.'),
    endpoint: t.string('Host, and perhaps port, of the object storage.'),
    provider: t.optional(
      t.oneOf(
        ['generic', 'aws', 'gcp', 'azure'],
        'Kind of the object storage; generic is any that speaks S3.',
        {
          default: 'generic',
        },
      ),
    ),
    interval: t.duration('How often to look for changes.'),
    timeout: t.optional(t.timeout('Longest time for one operation.', { default: '60s' })),
    region: t.optional(t.string('Region of the bucket.')),
    prefix: t.optional(t.string('Takes only objects whose key begins so; the storage filters them.')),
    ignore: t.optional(t.string('Files to leave out, in .gitignore form; replaces the default exclusions.')),
    insecure: t.optional(t.boolean('Allows an endpoint without TLS.')),
    secretRef: t.optional(
      localReference(
        'Secret with credentials: accesskey and secretkey for S3, serviceaccount for gcp, or what azure needs.',
      ),
    ),
    serviceAccountName: t.optional(serviceAccountName),
    certSecretRef: t.optional(
      localReference('Secret with ca.crt, or tls.crt and tls.key. Only for generic.'),
    ),
    proxySecretRef: t.optional(localReference('Secret with a proxy: address, username and password.')),
    sts: t.optional(SecurityTokenService),
    suspend: t.optional(t.boolean('Stops reconciling; the last artifact stays available.')),
  },
  {
    rules: [
      {
        rule: "self.provider == 'aws' || self.provider == 'generic' || !has(self.sts)",
        message: 'sts needs provider aws or generic',
      },
      {
        rule: "self.provider != 'aws' || !has(self.sts) || self.sts.provider == 'aws'",
        message: 'provider aws needs sts provider aws',
      },
      {
        rule: "self.provider != 'generic' || !has(self.sts) || self.sts.provider == 'ldap'",
        message: 'provider generic needs sts provider ldap',
      },
      {
        rule: "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.secretRef)",
        message: 'sts provider aws takes no secretRef',
      },
      {
        rule: "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.certSecretRef)",
        message: 'sts provider aws takes no certSecretRef',
      },
      {
        rule: "self.provider != 'generic' || !has(self.serviceAccountName)",
        message: 'provider generic takes no serviceAccountName',
      },
      {
        rule: '!has(self.secretRef) || !has(self.serviceAccountName)',
        message: 'set secretRef or serviceAccountName, not both',
      },
    ],
  },
);

export const BucketStatus = t.object(
  'What was last fetched.',
  {
    conditions: t.optional(conditions),
    artifact: t.optional(artifact('The objects that were last fetched.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    observedIgnore: t.optional(t.string('spec.ignore that the artifact was made with.')),
    url: t.optional(t.string('Address under which the latest artifact can be downloaded.')),
  },
  unobserved,
);

export const Bucket = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'Bucket',
  plural: 'buckets',
  categories: sourceCategories,
  description: 'Bucket makes an artifact of the objects in an object storage bucket.',
  printerColumns: [field('Endpoint', '.spec.endpoint'), age, ready, statusMessage],
  spec: BucketSpec,
  status: BucketStatus,
});
export type Bucket = ObjectOf<typeof Bucket>;
