import type { Rule } from '../schema.ts';
import * as t from '../schema.ts';

const actionTimeout = t.duration('Longest time for one Kubernetes operation; by default spec.timeout.');
const disableHooks = t.boolean('Runs no hooks.');
const disableWait = t.boolean('Does not wait for the resources to become ready.');
const disableWaitForJobs = t.boolean('Does not wait for Jobs to complete.');
const disableOpenAPIValidation = t.boolean('Does not check the manifests against the API of the cluster.');
const disableSchemaValidation = t.boolean("Does not check the values against the chart's JSON schema.");
const disableTakeOwnership = t.boolean('Refuses to take over resources that exist already.');
const cleanupOnFail = t.boolean('Deletes resources that the action created when it fails.');

const crds = t.oneOf(
  ['Skip', 'Create', 'CreateReplace'],
  "What to do with the CRDs in the chart's crds folder: nothing, create new ones, or create and replace.",
);

const serverSideApply = t.oneOf(
  ['enabled', 'disabled', 'auto'],
  'Whether to use server-side apply; auto does what the release did before.',
);

function strategy(rule: Rule) {
  return t.object(
    'What to do after a failure.',
    {
      name: t.oneOf(
        ['RemediateOnFailure', 'RetryOnFailure'],
        'Remediates as told below, or tries the same action again.',
      ),
      retryInterval: t.optional(t.duration('How soon to try again; by default 5m. Only for RetryOnFailure.')),
    },
    { rules: [rule] },
  );
}

const ignoreTestFailures = t.boolean(
  'Does not count failed tests as a failure; by default as test.ignoreFailures.',
);
const retries = t.integer('How often to try again; 0 never, less than 0 without end.');
const remediateLastFailure = t.boolean('Remediates after the last try, too.');

export const install = t.object('How to install.', {
  timeout: t.optional(actionTimeout),
  strategy: t.optional(
    strategy({
      rule: "!has(self.retryInterval) || self.name != 'RemediateOnFailure'",
      message: 'retryInterval does not go with RemediateOnFailure',
    }),
  ),
  remediation: t.optional(
    t.object('What to do when installing fails: the release is uninstalled before the next try.', {
      retries: t.optional(retries),
      ignoreTestFailures: t.optional(ignoreTestFailures),
      remediateLastFailure: t.optional(remediateLastFailure),
    }),
  ),
  crds: t.optional(crds),
  skipCRDs: t.optional(t.boolean('Old form of crds: Skip.')),
  createNamespace: t.optional(t.boolean('Creates the target namespace when it does not exist.')),
  replace: t.optional(t.boolean('Uses the name of a release that was uninstalled with its history kept.')),
  serverSideApply: t.optional(t.boolean('Whether to use server-side apply; by default yes.')),
  disableHooks: t.optional(disableHooks),
  disableOpenAPIValidation: t.optional(disableOpenAPIValidation),
  disableSchemaValidation: t.optional(disableSchemaValidation),
  disableTakeOwnership: t.optional(disableTakeOwnership),
  disableWait: t.optional(disableWait),
  disableWaitForJobs: t.optional(disableWaitForJobs),
});

export const upgrade = t.object('How to upgrade.', {
  timeout: t.optional(actionTimeout),
  strategy: t.optional(
    strategy({
      rule: "!has(self.retryInterval) || self.name == 'RetryOnFailure'",
      message: 'retryInterval needs RetryOnFailure',
    }),
  ),
  remediation: t.optional(
    t.object('What to do when upgrading fails.', {
      retries: t.optional(retries),
      ignoreTestFailures: t.optional(ignoreTestFailures),
      remediateLastFailure: t.optional(remediateLastFailure),
      strategy: t.optional(
        t.oneOf(['rollback', 'uninstall'], 'Goes back to the last good release (the default) or uninstalls.'),
      ),
    }),
  ),
  crds: t.optional(crds),
  chartNameChangeStrategy: t.optional(
    t.oneOf(
      ['InPlaceUpdate', 'Reinstall'],
      'What to do when the chart has another name: upgrade, or uninstall and install (the default).',
    ),
  ),
  serverSideApply: t.optional(serverSideApply),
  preserveValues: t.optional(
    t.boolean('Keeps the values of the last release and lays the new ones over them.'),
  ),
  force: t.optional(t.boolean('Replaces resources instead of patching them.')),
  cleanupOnFail: t.optional(cleanupOnFail),
  disableHooks: t.optional(disableHooks),
  disableOpenAPIValidation: t.optional(disableOpenAPIValidation),
  disableSchemaValidation: t.optional(disableSchemaValidation),
  disableTakeOwnership: t.optional(disableTakeOwnership),
  disableWait: t.optional(disableWait),
  disableWaitForJobs: t.optional(disableWaitForJobs),
});

export const rollback = t.object('How to go back to an earlier release.', {
  timeout: t.optional(actionTimeout),
  serverSideApply: t.optional(serverSideApply),
  force: t.optional(t.boolean('Replaces resources instead of patching them.')),
  recreate: t.optional(t.boolean('Has no effect any more; Helm 4 does not restart pods.')),
  cleanupOnFail: t.optional(cleanupOnFail),
  disableHooks: t.optional(disableHooks),
  disableWait: t.optional(disableWait),
  disableWaitForJobs: t.optional(disableWaitForJobs),
});

export const uninstall = t.object('How to uninstall.', {
  timeout: t.optional(actionTimeout),
  deletionPropagation: t.optional(
    t.oneOf(['background', 'foreground', 'orphan'], 'How to delete what depends on the resources.', {
      default: 'background',
    }),
  ),
  keepHistory: t.optional(t.boolean('Keeps the records of the release.')),
  disableHooks: t.optional(disableHooks),
  disableWait: t.optional(disableWait),
});

export const test = t.object("How to run the chart's tests.", {
  enable: t.optional(t.boolean('Runs the tests after each install and upgrade.')),
  filters: t.optional(
    t.array(
      t.object('Chooses tests by name.', {
        name: t.string('Name of the test.', { minLength: 1, maxLength: 253 }),
        exclude: t.optional(t.boolean('Leaves this test out instead.')),
      }),
      'Tests to run; by default all.',
    ),
  ),
  ignoreFailures: t.optional(t.boolean('A failed test does not make the release fail.')),
  timeout: t.optional(actionTimeout),
});
