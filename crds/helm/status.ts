import type { Static } from 'typebox';
import { conditions } from '../common/condition.ts';
import { Inventory } from '../common/inventory.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import * as t from '../schema.ts';

const int64 = { format: 'int64' } as const;

const TestHook = t.object('A test that was run.', {
  phase: t.optional(t.string('Outcome of the test.')),
  lastStarted: t.optional(t.time('When it began.')),
  lastCompleted: t.optional(t.time('When it ended.')),
});

/** A release as Helm recorded it; enough to notice that somebody else has changed it. */
export const ReleaseSnapshot = t.object('A release as Helm recorded it.', {
  apiVersion: t.optional(t.string('Form of this record; decides how digest is computed.')),
  digest: t.string("Digest of Helm's record of the release."),
  name: t.string('Name of the release.'),
  namespace: t.string('Namespace of the release.'),
  version: t.integer('Number of the release.'),
  status: t.string('What Helm says about the release, e.g. deployed.'),
  action: t.optional(t.string('Action that made it.')),
  chartName: t.string('Name of the chart.'),
  chartVersion: t.string('Version of the chart.'),
  appVersion: t.optional(t.string('Version of the application in the chart.')),
  configDigest: t.string('Digest of the values.'),
  ociDigest: t.optional(t.string('Digest of the image that the chart came from.')),
  firstDeployed: t.time('When the release was first deployed.'),
  lastDeployed: t.time('When the release was last deployed.'),
  deleted: t.optional(t.time('When the release was uninstalled.')),
  testHooks: t.optional(t.mapOf(TestHook, 'Tests that were run, by name.')),
});
export type ReleaseSnapshot = Static<typeof ReleaseSnapshot>;

export const HelmReleaseStatus = t.object(
  'What was last released.',
  {
    conditions: t.optional(conditions),
    history: t.optional(t.array(ReleaseSnapshot, 'Releases since the last successful one, newest first.')),
    inventory: t.optional(Inventory),
    failures: t.optional(t.integer('Failed attempts in a row.', int64)),
    installFailures: t.optional(t.integer('Failed installs since the last success or change.', int64)),
    upgradeFailures: t.optional(t.integer('Failed upgrades since the last success or change.', int64)),
    helmChart: t.optional(t.string('The HelmChart made for this release, as namespace/name.')),
    storageNamespace: t.optional(
      t.string("Namespace of Helm's records of this release.", { minLength: 1, maxLength: 63 }),
    ),
    lastAttemptedRevision: t.optional(t.string('Version of the chart of the last attempt.')),
    lastAttemptedRevisionDigest: t.optional(t.string('Digest of the image that chart came from.')),
    lastAttemptedConfigDigest: t.optional(t.string('Digest of the values of the last attempt.')),
    lastAttemptedValuesChecksum: t.optional(t.string('Old form of lastAttemptedConfigDigest.')),
    lastAttemptedGeneration: t.optional(t.integer('Generation of the spec of the last attempt.', int64)),
    lastAttemptedReleaseAction: t.optional(t.oneOf(['install', 'upgrade'], 'Action of the last attempt.')),
    lastAttemptedReleaseActionDuration: t.optional(t.string('How long that action took.')),
    lastReleaseRevision: t.optional(t.integer('Old form of the number of the last release.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    lastHandledForceAt: t.optional(
      t.string('Value of the reconcile.fluxcd.io/forceAt annotation that was last acted upon.'),
    ),
    lastHandledResetAt: t.optional(
      t.string('Value of the reconcile.fluxcd.io/resetAt annotation that was last acted upon.'),
    ),
    observedGeneration: t.optional(observedGeneration),
    observedCommonMetadataDigest: t.optional(t.string('Digest of spec.commonMetadata of the last release.')),
    observedPostRenderersDigest: t.optional(t.string('Digest of spec.postRenderers of the last release.')),
  },
  unobserved,
);
