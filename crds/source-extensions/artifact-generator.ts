import { conditions } from '../common/condition.ts';
import { commonMetadata } from '../common/metadata.ts';
import { age, ready, statusMessage } from '../common/printer-columns.ts';
import { lastHandledReconcileAt } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories } from '../source/group.ts';

const alias = '[a-z0-9]([a-z0-9_-]*[a-z0-9])?';

/** The pattern of a reference to a source by its alias. */
const aliasReference = { maxLength: 64, pattern: `^@(${alias})$` } as const;

const Source = t.object('A source to take files from.', {
  alias: t.string('Name of the source within this object.', { maxLength: 63, pattern: `^${alias}$` }),
  kind: t.oneOf(
    ['Bucket', 'GitRepository', 'OCIRepository', 'HelmChart', 'ExternalArtifact'],
    'Kind of the source.',
  ),
  name: t.string('Name of the source.', { maxLength: 253, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' }),
  namespace: t.optional(
    t.string('Namespace of the source; by default the same.', {
      minLength: 1,
      maxLength: 63,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    }),
  ),
});

const CopyOperation = t.object('Files to copy, much like cp does.', {
  from: t.string('What to copy, as @alias/glob.', {
    minLength: 1,
    maxLength: 1024,
    pattern: `^@(${alias})/(.*)$`,
  }),
  to: t.string('Where to, as @artifact/path; with a slash at the end it is a folder.', {
    minLength: 1,
    maxLength: 1024,
    pattern: '^@(artifact)/(.*)$',
  }),
  exclude: t.optional(t.array(t.string('A glob.'), 'Globs of files to leave out.', { maxItems: 100 })),
  strategy: t.optional(
    t.oneOf(
      ['Overwrite', 'Merge', 'Extract'],
      'What to do with a file: replace what is there (the default), merge YAML as Helm does, or unpack a tarball.',
    ),
  ),
});

const OutputArtifact = t.object('An artifact to make.', {
  name: t.string('Name of the ExternalArtifact. With pathPattern it may hold {captures}.', {
    minLength: 1,
    maxLength: 253,
  }),
  copy: t.array(CopyOperation, 'What goes into it; later ones win.', { minItems: 1 }),
  revision: t.optional(
    t.string(
      'Takes the revision of this source, as @alias; by default a digest of the content.',
      aliasReference,
    ),
  ),
  originRevision: t.optional(
    t.string(
      'Records the origin of this source, as @alias, in the metadata of the artifact.',
      aliasReference,
    ),
  ),
});

export const ArtifactGeneratorSpec = t.object(
  'Which files of which sources become which artifacts.',
  {
    sources: t.array(Source, 'Where files come from.', { minItems: 1, maxItems: 1000 }),
    artifacts: t.array(OutputArtifact, 'What to make.', { minItems: 1, maxItems: 1000 }),
    pathPattern: t.optional(
      t.string('Makes the artifacts once for each folder that matches @alias/path/{capture}.', {
        maxLength: 1024,
        pattern: `^@(${alias})/(.*)$`,
      }),
    ),
    commonMetadata: t.optional(commonMetadata('Labels and annotations for all artifacts that are made.')),
  },
  {
    rules: [
      {
        rule: "has(self.pathPattern) && size(self.pathPattern) > 0 || self.artifacts.all(a, a.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'))",
        message: 'names of artifacts must be valid object names unless pathPattern is set',
      },
    ],
  },
);

export const ArtifactGeneratorStatus = t.object('What was last made.', {
  conditions: t.optional(conditions),
  inventory: t.optional(
    t.array(
      t.object('An artifact.', {
        name: t.string('Name of the ExternalArtifact.'),
        namespace: t.string('Namespace of the ExternalArtifact.'),
        digest: t.string('Digest of its file.'),
        filename: t.string('Name of its file in the store.'),
      }),
      'The artifacts that exist because of this object.',
    ),
  ),
  lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
  observedSourcesDigest: t.optional(
    t.string('Digest over the revisions of all sources that were last used.'),
  ),
});

export const ArtifactGenerator = defineKind({
  group: 'source.extensions.fluxcd.io',
  version: 'v1beta1',
  kind: 'ArtifactGenerator',
  plural: 'artifactgenerators',
  shortNames: ['ag'],
  categories: sourceCategories,
  description: 'ArtifactGenerator makes artifacts out of the files of several sources.',
  printerColumns: [age, ready, statusMessage],
  spec: ArtifactGeneratorSpec,
  status: ArtifactGeneratorStatus,
});
export type ArtifactGenerator = ObjectOf<typeof ArtifactGenerator>;
