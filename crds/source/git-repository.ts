import type { Static } from 'typebox';
import { Artifact, artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference, serviceAccountName } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

/** Which commit to use; when several fields are set the last of branch, tag, semver, name, commit wins. */
export const gitReference = t.object('Which commit to use; without it the head of branch master.', {
  branch: t.optional(t.string('Head of this branch.')),
  tag: t.optional(t.string('This tag; wins over branch.')),
  semver: t.optional(t.string('Highest tag in this range of semantic versions; wins over tag.')),
  name: t.optional(t.string('Full Git reference, e.g. refs/pull/420/head; wins over semver.')),
  commit: t.optional(t.string('This commit; wins over all. With a branch only that branch is fetched.')),
});
export type GitReference = Static<typeof gitReference>;

const Include = t.object('Another repository whose files are copied into this artifact.', {
  repository: localReference('GitRepository in the same namespace.'),
  fromPath: t.optional(t.string('Folder to copy; by default all of it.')),
  toPath: t.optional(t.string('Where to copy to; by default a folder named like the repository.')),
});

export const GitRepositorySpec = t.object(
  'Where the repository is and what to take from it.',
  {
    url: t.string('Address of the repository, http(s):// or ssh://.', { pattern: '^(http|https|ssh)://.*$' }),
    interval: t.duration('How often to look for changes.'),
    timeout: t.optional(t.timeout('Longest time for one Git operation.', { default: '60s' })),
    ref: t.optional(gitReference),
    provider: t.optional(
      t.oneOf(
        ['generic', 'aws', 'azure', 'github'],
        'How to sign in: with the Secret (generic), as a cloud workload (aws, azure) or as a GitHub App.',
      ),
    ),
    secretRef: t.optional(
      localReference(
        'Secret with credentials: username and password, bearerToken, identity and known_hosts for SSH, a GitHub ' +
          'App, or ca.crt, tls.crt and tls.key.',
      ),
    ),
    serviceAccountName: t.optional(serviceAccountName),
    proxySecretRef: t.optional(localReference('Secret with a proxy: address, username and password.')),
    ignore: t.optional(t.string('Files to leave out, in .gitignore form; replaces the default exclusions.')),
    include: t.optional(t.array(Include, 'Other repositories whose files become part of this artifact.')),
    recurseSubmodules: t.optional(
      t.boolean('Fetches submodules too, with the same credentials. They are not part of the revision.'),
    ),
    sparseCheckout: t.optional(
      t.array(t.string('A folder.'), 'Folders to check out; by default the whole repository.'),
    ),
    verify: t.optional(
      t.object('Refuses commits or tags that no trusted key has signed.', {
        mode: t.optional(
          t.oneOf(
            ['head', 'HEAD', 'Tag', 'TagAndHEAD'],
            'What has to be signed: the commit, the tag or both. head is an old spelling of HEAD.',
            { default: 'HEAD' },
          ),
        ),
        secretRef: localReference('Secret with the trusted keys: *.asc for PGP, *.sshpub for SSH.'),
      }),
    ),
    suspend: t.optional(t.boolean('Stops reconciling; the last artifact stays available.')),
  },
  {
    rules: [
      {
        rule: "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
        message: 'serviceAccountName needs provider azure or aws',
      },
    ],
  },
);

export const GitRepositoryStatus = t.object(
  'What was last fetched.',
  {
    conditions: t.optional(conditions),
    artifact: t.optional(artifact('The files of the last commit that was fetched.')),
    includedArtifacts: t.optional(
      t.array(Artifact, 'The artifacts that were included, in order of spec.include.'),
    ),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    observedIgnore: t.optional(t.string('spec.ignore that the artifact was made with.')),
    observedInclude: t.optional(t.array(Include, 'spec.include that the artifact was made with.')),
    observedRecurseSubmodules: t.optional(
      t.boolean('spec.recurseSubmodules that the artifact was made with.'),
    ),
    observedSparseCheckout: t.optional(
      t.array(t.string('A folder.'), 'spec.sparseCheckout that the artifact was made with.'),
    ),
    sourceVerificationMode: t.optional(
      t.string('Which part of the source was verified: HEAD, Tag or TagAndHEAD.'),
    ),
  },
  unobserved,
);

export const GitRepository = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'GitRepository',
  plural: 'gitrepositories',
  shortNames: ['gitrepo'],
  categories: sourceCategories,
  description: 'GitRepository makes an artifact of a commit of a Git repository.',
  printerColumns: [field('URL', '.spec.url'), age, ready, statusMessage],
  spec: GitRepositorySpec,
  status: GitRepositoryStatus,
});
export type GitRepository = ObjectOf<typeof GitRepository>;
