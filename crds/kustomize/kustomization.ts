import type { Static } from 'typebox';
import { conditions } from '../common/condition.ts';
import { dependsOn, healthCheckExprs } from '../common/health-checks.ts';
import { Inventory } from '../common/inventory.ts';
import { kubeConfig } from '../common/kube-config.ts';
import { commonMetadata } from '../common/metadata.ts';
import { pluginConfig, pluginType } from '../common/plugin-reference.ts';
import { age, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { ignoreRules, image, patch } from '../common/selector.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';

const PostBuild = t.object('Replaces variables in what was built.', {
  substitute: t.optional(t.map('Variables by name; they win over substituteFrom.')),
  substituteFrom: t.optional(
    t.array(
      t.object('A ConfigMap or Secret whose keys are variables.', {
        kind: t.oneOf(['Secret', 'ConfigMap'], 'Kind of the object.'),
        name: t.string('Name of the object, in the same namespace.', { minLength: 1, maxLength: 253 }),
        optional: t.optional(t.boolean('Goes on without it when it does not exist.', { default: false })),
      }),
      'Objects that hold variables; later ones win.',
    ),
  ),
  substituteStrategy: t.optional(
    t.oneOf(
      ['WithVariables', 'Always'],
      'Substitutes only when there is a variable (WithVariables, the default) or in any case, for defaults.',
    ),
  ),
});

const Snapshot = t.object('A state that was applied.', {
  digest: t.string('Digest of the objects that were built.'),
  firstReconciled: t.time('When it was first applied.'),
  lastReconciled: t.time('When it was last applied.'),
  lastReconciledDuration: t.string('How long that took.'),
  lastReconciledStatus: t.string('Reason of the Ready condition afterwards.'),
  totalReconciliations: t.integer('How often it was applied with that outcome.', { format: 'int64' }),
  metadata: t.optional(t.map('Revisions that it came from.')),
});
export type Snapshot = Static<typeof Snapshot>;

export const KustomizationSpec = t.object('What to build, and how to apply it.', {
  sourceRef: t.object('Source of the files.', {
    apiVersion: t.optional(t.string('API version of the source.')),
    kind: t.oneOf(['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact'], 'Kind of the source.'),
    name: t.string('Name of the source.'),
    namespace: t.optional(t.string('Namespace of the source; by default the same.')),
  }),
  path: t.optional(
    t.string(
      'Folder with a kustomization.yaml, or with plain manifests to make one of; by default the root.',
    ),
  ),
  interval: t.duration('How often to build and apply even when nothing has changed.'),
  retryInterval: t.optional(t.duration('How soon to try again after a failure; by default the interval.')),
  timeout: t.optional(t.duration('Longest time to wait for health; by default the interval less 30s.')),
  prune: t.boolean('Deletes objects that are no longer part of the source.'),
  deletionPolicy: t.optional(
    t.oneOf(
      ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'],
      'What happens to the objects when this Kustomization is deleted: as prune says (MirrorPrune, the default), ' +
        'delete, delete and wait, or keep.',
    ),
  ),
  builder: t.optional(
    t.object('Builds the objects with an installed plugin instead of kustomize.', {
      plugin: pluginType('Name of the builder, as a Plugin provides it (see its status.provides).'),
      config: t.optional(pluginConfig),
    }),
  ),
  components: t.optional(t.array(t.string('A relative path.'), 'Kustomize components to add.')),
  ignoreMissingComponents: t.optional(t.boolean('Passes over components that do not exist.')),
  buildMetadata: t.optional(
    t.array(
      t.oneOf(['originAnnotations', 'transformerAnnotations'], 'Kind of annotation.'),
      'Annotations that tell where each object came from.',
    ),
  ),
  commonMetadata: t.optional(commonMetadata('Labels and annotations for all objects that are applied.')),
  namePrefix: t.optional(t.string('Put before the name of every object.', { minLength: 1, maxLength: 200 })),
  nameSuffix: t.optional(t.string('Put after the name of every object.', { minLength: 1, maxLength: 200 })),
  targetNamespace: t.optional(t.string('Namespace for all objects.', { minLength: 1, maxLength: 63 })),
  patches: t.optional(t.array(patch, 'Changes to objects, as in kustomize.')),
  images: t.optional(t.array(image, 'Replacements of container images.')),
  postBuild: t.optional(PostBuild),
  decryption: t.optional(
    t.object('Decrypts files and Secrets before they are applied.', {
      provider: t.oneOf(['sops'], 'What they were encrypted with.'),
      secretRef: t.optional(
        localReference('Secret with private keys (*.agekey, *.asc) or credentials of a KMS.'),
      ),
      serviceAccountName: t.optional(
        t.string('ServiceAccount in the same namespace to sign in to a KMS with.'),
      ),
    }),
  ),
  dependsOn: t.optional(dependsOn('Kustomization')),
  serviceAccountName: t.optional(
    t.string('ServiceAccount in the same namespace to act as when objects are applied and deleted.'),
  ),
  kubeConfig: t.optional(kubeConfig),
  force: t.optional(
    t.boolean('Deletes and creates objects anew when a field that cannot be changed has changed.', {
      default: false,
    }),
  ),
  ignore: t.optional(ignoreRules('Fields that others may change: neither drift nor overwritten.')),
  wait: t.optional(t.boolean('Waits until all objects are healthy; wins over healthChecks.')),
  healthChecks: t.optional(
    t.array(
      t.object('An object to wait for.', {
        apiVersion: t.optional(t.string('API version of the object; by default apps/v1.')),
        kind: t.string('Kind of the object.'),
        name: t.string('Name of the object.'),
        namespace: t.optional(t.string('Namespace of the object.')),
      }),
      'Objects that have to be healthy.',
    ),
  ),
  healthCheckExprs: t.optional(healthCheckExprs),
  suspend: t.optional(t.boolean('Stops reconciling; applied objects stay as they are.')),
});

export const KustomizationStatus = t.object(
  'What was last applied.',
  {
    conditions: t.optional(conditions),
    history: t.optional(t.array(Snapshot, 'The last five states, newest first.')),
    inventory: t.optional(Inventory),
    lastAppliedOriginRevision: t.optional(
      t.string(
        'Origin of the revision that was last applied, e.g. the commit that an OCI image was made of.',
      ),
    ),
    lastAppliedRevision: t.optional(t.string('Revision that was last applied.')),
    lastAttemptedRevision: t.optional(t.string('Revision of the last attempt.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
  },
  unobserved,
);

export const Kustomization = defineKind({
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  plural: 'kustomizations',
  shortNames: ['ks'],
  categories: ['all', 'fluxcd', 'fluxcd-appliers'],
  description: 'Kustomization builds the manifests in a source and keeps a cluster in line with them.',
  printerColumns: [age, ready, statusMessage],
  spec: KustomizationSpec,
  status: KustomizationStatus,
});
export type Kustomization = ObjectOf<typeof Kustomization>;
