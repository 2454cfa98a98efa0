import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

export const ExternalArtifactSpec = t.object('Who makes the artifact.', {
  sourceRef: t.optional(
    t.object('Object that this artifact is made from.', {
      apiVersion: t.optional(t.string('API version of the object.')),
      kind: t.string('Kind of the object.'),
      name: t.string('Name of the object.'),
      namespace: t.optional(t.string('Namespace of the object; by default the same.')),
    }),
  ),
});

export const ExternalArtifactStatus = t.object('What was last made; written by whoever makes it.', {
  conditions: t.optional(conditions),
  artifact: t.optional(artifact('The latest artifact.')),
});

export const ExternalArtifact = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'ExternalArtifact',
  plural: 'externalartifacts',
  shortNames: ['ea'],
  categories: sourceCategories,
  description: 'ExternalArtifact is an artifact that something other than a source of Flux has made.',
  printerColumns: [age, ready, statusMessage, field('Source', '.spec.sourceRef.name')],
  spec: ExternalArtifactSpec,
  status: ExternalArtifactStatus,
});
export type ExternalArtifact = ObjectOf<typeof ExternalArtifact>;
