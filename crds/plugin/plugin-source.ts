import type { Static } from 'typebox';
import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { pluginConfig, pluginType } from '../common/plugin-reference.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference, serviceAccountName } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';

export const PluginSourceSpec = t.object('What to fetch, and with which plugin.', {
  plugin: pluginType('Name of the source, as a Plugin provides it (see its status.provides).'),
  config: t.optional(pluginConfig),
  interval: t.duration('How often to look for a new revision.'),
  timeout: t.optional(t.timeout('Longest time for one call.', { default: '60s' })),
  secretRef: t.optional(localReference('Secret that the plugin is given the granted keys of.')),
  serviceAccountName: t.optional(serviceAccountName),
  ignore: t.optional(t.string('Files to leave out of the artifact, in the format of .gitignore.')),
  suspend: t.optional(t.boolean('Stops fetching; the last artifact stays.')),
});
export type PluginSourceSpec = Static<typeof PluginSourceSpec>;

export const PluginSourceStatus = t.object(
  'What was last fetched. The artifact is published by the ExternalArtifact of the same name.',
  {
    conditions: t.optional(conditions),
    observedGeneration: t.optional(observedGeneration),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    artifact: t.optional(artifact('The latest artifact.')),
    observedIgnore: t.optional(t.string('Value of spec.ignore that the artifact was made with.')),
    pluginDigest: t.optional(t.string('Digest of the plugin that fetched the artifact.')),
  },
  unobserved,
);

export const PluginSource = defineKind({
  group: 'plugin.extensions.fluxcd.io',
  version: 'v1alpha1',
  kind: 'PluginSource',
  plural: 'pluginsources',
  shortNames: ['ps'],
  categories: ['fluxcd', 'fluxcd-plugins'],
  description:
    'PluginSource fetches with an installed plugin. Its artifact is that of the ExternalArtifact of the same name, so that everything that reads sources can use it.',
  printerColumns: [field('Plugin', '.spec.plugin'), age, ready, statusMessage],
  spec: PluginSourceSpec,
  status: PluginSourceStatus,
});
export type PluginSource = ObjectOf<typeof PluginSource>;
