import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { gitReference } from '../source/git-repository.ts';
import { ImageRef, imageCategories, imageGroup } from './group.ts';

const LabelSelector = t.object(
  'Labels of the ImagePolicies in the same namespace to use; by default all of them.',
  {
    matchLabels: t.optional(t.map('Labels that they must have.')),
    matchExpressions: t.optional(
      t.array(
        t.object('A demand on a label.', {
          key: t.string('Name of the label.'),
          operator: t.string('In, NotIn, Exists or DoesNotExist.'),
          values: t.optional(
            t.array(t.string('A value.'), 'Values for In and NotIn.', { listType: 'atomic' }),
          ),
        }),
        'Demands on their labels; all must hold.',
        { listType: 'atomic' },
      ),
    ),
  },
  { atomic: true },
);

const Commit = t.object('How to commit.', {
  author: t.object('Who made the commit.', {
    name: t.optional(t.string('Name of the author.')),
    email: t.string('E-mail address of the author.'),
  }),
  messageTemplate: t.optional(
    t.string('Go template of the message; it sees .AutomationObject, .Changed and .Values.'),
  ),
  messageTemplateValues: t.optional(t.map('Values for the template, as .Values.')),
  signingKey: t.optional(
    t.object('Key to sign commits with.', {
      type: t.optional(t.oneOf(['gpg', 'ssh'], 'Kind of the key; by default gpg.')),
      secretRef: localReference('Secret with git.asc and passphrase, or identity and password.'),
    }),
  ),
});

export const ImageUpdateAutomationSpec = t.object('Which files to update, and how to push them.', {
  sourceRef: t.object('Repository to update.', {
    apiVersion: t.optional(t.string('API version of the source.')),
    kind: t.oneOf(['GitRepository'], 'Kind of the source.', { default: 'GitRepository' }),
    name: t.string('Name of the source.'),
    namespace: t.optional(t.string('Namespace of the source; by default the same.')),
  }),
  interval: t.duration('How often to look for something to update.'),
  policySelector: t.optional(LabelSelector),
  update: t.optional(
    t.object(
      'Which files to update.',
      {
        path: t.optional(t.string('Folder to look in; by default the whole repository.')),
        strategy: t.optional(
          t.oneOf(['Setters'], 'How fields are found: by {"$imagepolicy": …} comments.', {
            default: 'Setters',
          }),
        ),
      },
      { default: { strategy: 'Setters' } },
    ),
  ),
  git: t.optional(
    t.object('How to check out, commit and push.', {
      checkout: t.optional(t.object('What to check out.', { ref: gitReference })),
      commit: Commit,
      push: t.optional(
        t.object('Where to push to; by default the branch that was checked out.', {
          branch: t.optional(t.string('Branch to push to; it is made when it does not exist.')),
          refspec: t.optional(t.string('Refspec to push as well, e.g. HEAD:refs/for/main.')),
          options: t.optional(t.map('Options for the server, as git push --push-option.')),
        }),
      ),
    }),
  ),
  suspend: t.optional(t.boolean('Stops updating.')),
});

export const ImageUpdateAutomationStatus = t.object(
  'What was last pushed.',
  {
    conditions: t.optional(conditions),
    lastAutomationRunTime: t.optional(t.time('When it last ran.')),
    lastPushCommit: t.optional(t.string('Commit that was last pushed.')),
    lastPushTime: t.optional(t.time('When that was.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    observedPolicies: t.optional(t.mapOf(ImageRef, 'The images of the last run, by ImagePolicy.')),
    observedSourceRevision: t.optional(t.string('Revision of the source of the last run.')),
  },
  unobserved,
);

export const ImageUpdateAutomation = defineKind({
  group: imageGroup,
  version: 'v1',
  kind: 'ImageUpdateAutomation',
  plural: 'imageupdateautomations',
  shortNames: ['iua', 'imgupd', 'imgauto'],
  categories: imageCategories,
  description: 'ImageUpdateAutomation commits the images that ImagePolicies chose to a Git repository.',
  printerColumns: [ready, statusMessage, field('Last run', '.status.lastAutomationRunTime', 1), age],
  spec: ImageUpdateAutomationSpec,
  status: ImageUpdateAutomationStatus,
});
export type ImageUpdateAutomation = ObjectOf<typeof ImageUpdateAutomation>;
