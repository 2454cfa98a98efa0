import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';

type Spec = Partial<HelmRelease['spec']>;

/** A release that goes wrong: what of it there is in the end. */
export interface Failure {
  readonly spec: Spec;
  /** Comes once the release is there. */
  readonly upgrade?: object;
  readonly conditions: Readonly<Record<string, string>>;
  /** What Ready says; the namespace is `N`. */
  readonly ready: RegExp;
  readonly history: readonly string[];
  readonly tests?: readonly (object | undefined)[];
  /** Failures of installs and upgrades. */
  readonly failures: readonly [number, number];
  readonly records: readonly string[];
  readonly events: readonly string[];
}

/** Values with which the chart `app` fails. */
export const broken = { fail: true };
const stalled = 'True RetriesExceeded';
const installFailed =
  /^Helm install failed for release N\/app with chart app@1\.0\.0: .*Job\/N\/app-work-1.*/s;
const upgradeFailed =
  /^Helm upgrade failed for release N\/app with chart app@1\.0\.0: .*Job\/N\/app-work-2.*/s;

export const failures: Readonly<Record<string, Failure>> = {
  'an install that fails is left as it is': {
    spec: { values: broken },
    conditions: { Released: 'False InstallFailed', Ready: 'False InstallFailed', Stalled: stalled },
    ready: installFailed,
    history: ['1 failed install'],
    failures: [1, 0],
    records: ['v1 failed'],
    events: ['Warning InstallFailed'],
  },
  'an install that fails is removed where its last failure is to be remediated': {
    spec: { values: broken, install: { remediation: { remediateLastFailure: true } } },
    conditions: {
      Released: 'False InstallFailed',
      Remediated: 'True UninstallSucceeded',
      Ready: 'False InstallFailed',
      Stalled: stalled,
    },
    ready: installFailed,
    history: ['1 uninstalled uninstall-remediation'],
    failures: [1, 0],
    records: [],
    events: ['Warning InstallFailed', 'Normal UninstallSucceeded'],
  },
  'an install that fails is tried again as often as it may, and the last one is left': {
    spec: { values: broken, install: { remediation: { retries: 1 } } },
    conditions: { Released: 'False InstallFailed', Ready: 'False InstallFailed', Stalled: stalled },
    ready: installFailed,
    history: ['1 failed install'],
    failures: [2, 0],
    records: ['v1 failed'],
    events: ['Warning InstallFailed', 'Normal UninstallSucceeded'],
  },
  'an install whose tests fail stays, and is not ready': {
    spec: { values: { test: 'fail' }, test: { enable: true } },
    conditions: {
      Released: 'True InstallSucceeded',
      TestSuccess: 'False TestFailed',
      Ready: 'False TestFailed',
      Stalled: stalled,
    },
    ready: /^Helm test failed for release N\/app\.v1 with chart app@1\.0\.0: .*app-check.*/s,
    history: ['1 deployed install'],
    tests: [{ 'app-check': 'Failed' }],
    failures: [1, 0],
    records: ['v1 deployed'],
    events: ['Normal InstallSucceeded', 'Warning TestFailed'],
  },
  'an upgrade that fails is left as it is': {
    spec: {},
    upgrade: { values: broken },
    conditions: { Released: 'False UpgradeFailed', Ready: 'False UpgradeFailed', Stalled: stalled },
    ready: upgradeFailed,
    history: ['2 failed upgrade', '1 deployed install'],
    failures: [0, 1],
    records: ['v1 deployed', 'v2 failed'],
    events: ['Normal InstallSucceeded', 'Warning UpgradeFailed'],
  },
  'an upgrade that fails is rolled back where its last failure is to be remediated': {
    spec: { upgrade: { remediation: { remediateLastFailure: true } } },
    upgrade: { values: broken },
    conditions: {
      Released: 'False UpgradeFailed',
      Remediated: 'True RollbackSucceeded',
      Ready: 'False RollbackSucceeded',
      Stalled: stalled,
    },
    ready: /^Helm rollback to previous release N\/app\.v1 with chart app@1\.0\.0 succeeded$/,
    history: ['3 deployed rollback', '2 failed upgrade', '1 superseded rollback'],
    failures: [0, 1],
    records: ['v1 superseded', 'v2 failed', 'v3 deployed'],
    events: ['Warning UpgradeFailed', 'Normal RollbackSucceeded'],
  },
  'an upgrade that fails is removed, and installed anew, where the strategy is uninstall': {
    spec: { upgrade: { remediation: { remediateLastFailure: true, strategy: 'uninstall' } } },
    upgrade: { values: broken },
    conditions: { Released: 'False InstallFailed', Ready: 'False InstallFailed', Stalled: stalled },
    ready: installFailed,
    history: ['1 failed install'],
    failures: [1, 1],
    records: ['v1 failed'],
    events: ['Warning UpgradeFailed', 'Normal UninstallSucceeded', 'Warning InstallFailed'],
  },
  'an upgrade that fails is tried again, with a rollback in between and at the end': {
    spec: { upgrade: { remediation: { retries: 1 } } },
    upgrade: { values: broken },
    conditions: {
      Released: 'False UpgradeFailed',
      Remediated: 'True RollbackSucceeded',
      Ready: 'False RollbackSucceeded',
      Stalled: stalled,
    },
    ready: /^Helm rollback to previous release N\/app\.v3 with chart app@1\.0\.0 succeeded$/,
    history: ['5 deployed rollback', '4 failed upgrade', '3 superseded rollback'],
    failures: [0, 2],
    records: ['v1 superseded', 'v2 failed', 'v3 superseded', 'v4 failed', 'v5 deployed'],
    events: ['Warning UpgradeFailed', 'Normal RollbackSucceeded'],
  },
  'an upgrade whose tests fail stays, and is not ready': {
    spec: { values: { test: 'pass' }, test: { enable: true } },
    upgrade: { values: { test: 'fail' } },
    conditions: {
      Released: 'True UpgradeSucceeded',
      TestSuccess: 'False TestFailed',
      Ready: 'False TestFailed',
      Stalled: stalled,
    },
    ready: /^Helm test failed for release N\/app\.v2 with chart app@1\.0\.0: .*app-check.*/s,
    history: ['2 deployed upgrade', '1 superseded install'],
    tests: [{ 'app-check': 'Failed' }, { 'app-check': 'Succeeded' }],
    failures: [0, 1],
    records: ['v1 superseded', 'v2 deployed'],
    events: ['Normal UpgradeSucceeded', 'Warning TestFailed'],
  },
  'an upgrade whose tests fail is rolled back where that is wanted': {
    spec: {
      values: { test: 'pass' },
      test: { enable: true },
      upgrade: { remediation: { remediateLastFailure: true } },
    },
    upgrade: { values: { test: 'fail' } },
    conditions: {
      Released: 'True UpgradeSucceeded',
      TestSuccess: 'False TestFailed',
      Remediated: 'True RollbackSucceeded',
      Ready: 'False RollbackSucceeded',
      Stalled: stalled,
    },
    ready: /^Helm rollback to previous release N\/app\.v1 with chart app@1\.0\.0 succeeded$/,
    history: ['3 deployed rollback', '2 superseded rollback', '1 superseded install'],
    tests: [undefined, { 'app-check': 'Failed' }, { 'app-check': 'Succeeded' }],
    failures: [0, 1],
    records: ['v1 superseded', 'v2 superseded', 'v3 deployed'],
    events: ['Normal TestSucceeded', 'Warning TestFailed', 'Normal RollbackSucceeded'],
  },
};
