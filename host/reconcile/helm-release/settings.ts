import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { parseDuration } from '../../duration/duration.ts';
import type { ActionSettings, ReplaceSettings } from '../../helm/actions/context.ts';
import type { CrdsPolicy } from '../../helm/actions/crds.ts';
import type { InstallSettings } from '../../helm/actions/install.ts';
import type { UninstallSettings } from '../../helm/actions/uninstall.ts';
import type { UpgradeSettings } from '../../helm/actions/upgrade.ts';
import { shortenName } from '../../helm/names.ts';
import type { ServerSideApply } from '../../helm/types.ts';

const defaultTimeout = '5m';
const defaultHistory = 5;
const defaultRetryInterval = '5m';

type Spec = HelmRelease['spec'];

/** Name of the release: `spec.releaseName`, else `[<targetNamespace>-]<name>`, short enough for Helm. */
export function releaseNameOf({ spec, metadata }: HelmRelease): string {
  const prefix = spec.targetNamespace ? `${spec.targetNamespace}-` : '';
  return shortenName(spec.releaseName ?? `${prefix}${metadata.name}`);
}

export const releaseNamespaceOf = ({ spec, metadata }: HelmRelease): string =>
  spec.targetNamespace ?? metadata.namespace ?? '';

export const storageNamespaceOf = ({ spec, metadata }: HelmRelease): string =>
  spec.storageNamespace ?? metadata.namespace ?? '';

export const maxHistoryOf = ({ spec }: HelmRelease): number => spec.maxHistory ?? defaultHistory;

/** What actions have in common. */
function common(
  spec: Spec,
  action:
    | { timeout?: string; disableHooks?: boolean; disableWait?: boolean; disableWaitForJobs?: boolean }
    | undefined,
): ActionSettings {
  return {
    timeoutMs: parseDuration(action?.timeout ?? spec.timeout ?? defaultTimeout),
    disableHooks: action?.disableHooks ?? false,
    disableWait: action?.disableWait ?? false,
    disableWaitForJobs: action?.disableWaitForJobs ?? false,
  };
}

export function installSettings({ spec }: HelmRelease, helm3Defaults = false): InstallSettings {
  const { install } = spec;
  return {
    ...common(spec, install),
    replace: install?.replace ?? false,
    serverSideApply: install?.serverSideApply ?? !helm3Defaults,
    takeOwnership: !install?.disableTakeOwnership,
    createNamespace: spec.targetNamespace !== undefined && (install?.createNamespace ?? false),
  };
}

export function upgradeSettings({ spec }: HelmRelease): UpgradeSettings {
  return {
    ...common(spec, spec.upgrade),
    ...replacing(spec.upgrade),
    takeOwnership: !spec.upgrade?.disableTakeOwnership,
  };
}

export function rollbackSettings({ spec }: HelmRelease): ReplaceSettings {
  return { ...common(spec, spec.rollback), ...replacing(spec.rollback) };
}

function replacing(
  action: { cleanupOnFail?: boolean; force?: boolean; serverSideApply?: ServerSideApply } | undefined,
): Omit<ReplaceSettings, keyof ActionSettings> {
  return {
    cleanupOnFail: action?.cleanupOnFail ?? false,
    force: action?.force ?? false,
    serverSideApply: action?.serverSideApply ?? 'auto',
  };
}

const propagations = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export function uninstallSettings({ spec }: HelmRelease): UninstallSettings {
  return {
    ...common(spec, spec.uninstall),
    keepHistory: spec.uninstall?.keepHistory ?? false,
    propagation: propagations[spec.uninstall?.deletionPropagation ?? 'background'],
  };
}

export const testSettings = ({ spec }: HelmRelease): ActionSettings =>
  common(spec, { ...(spec.test?.timeout ? { timeout: spec.test.timeout } : {}) });

export const waitsAsHelm3 = ({ spec }: HelmRelease, helm3Defaults: boolean): boolean =>
  (spec.waitStrategy?.name ?? (helm3Defaults ? 'legacy' : 'poller')) === 'legacy';

/** `skipCRDs` is the old form of the policy. An upgrade creates what is missing, too: so does Flux, whatever its documentation says. */
export function crdsPolicy({ spec }: HelmRelease, action: 'install' | 'upgrade'): CrdsPolicy {
  if (action === 'upgrade') return spec.upgrade?.crds ?? 'Create';
  return spec.install?.crds ?? (spec.install?.skipCRDs ? 'Skip' : 'Create');
}

/** What is to be done about failures of the last attempted action. */
export interface Remediation {
  readonly action: 'install' | 'upgrade';
  readonly failures: number;
  readonly isExhausted: boolean;
  readonly remediatesLast: boolean;
  readonly ignoresTests: boolean;
  readonly strategy: 'rollback' | 'uninstall';
}

/** That of an action. More failures than retries, and it is over; negative retries never are. */
export function remediationOf({ spec, status }: HelmRelease, action: 'install' | 'upgrade'): Remediation {
  const remediation = spec[action]?.remediation;
  const retries = remediation?.retries ?? 0;
  const failures = (action === 'install' ? status?.installFailures : status?.upgradeFailures) ?? 0;
  return {
    action,
    failures,
    isExhausted: retries >= 0 && failures > retries,
    remediatesLast: remediation?.remediateLastFailure ?? (action === 'upgrade' && retries > 0),
    ignoresTests: remediation?.ignoreTestFailures ?? spec.test?.ignoreFailures ?? false,
    strategy: action === 'install' ? 'uninstall' : (spec.upgrade?.remediation?.strategy ?? 'rollback'),
  };
}

/** That of the last attempted action, where there is any. */
export function activeRemediation(object: HelmRelease): Remediation | undefined {
  const action = object.status?.lastAttemptedReleaseAction;
  return action && remediationOf(object, action);
}

/** How long to wait before an action is tried again, where its strategy is to try again rather than to remediate. */
export function retryOf(
  { spec }: HelmRelease,
  action: 'install' | 'upgrade',
  byDefault: boolean,
): number | undefined {
  const strategy = spec[action]?.strategy;
  const name = strategy?.name ?? (byDefault ? 'RetryOnFailure' : 'RemediateOnFailure');
  return name === 'RetryOnFailure'
    ? parseDuration(strategy?.retryInterval ?? defaultRetryInterval)
    : undefined;
}

export function activeRetry(object: HelmRelease, byDefault: boolean): number | undefined {
  const action = object.status?.lastAttemptedReleaseAction;
  return action && retryOf(object, action, byDefault);
}

/** Tests that fail are of no consequence. */
export const ignoresTests = (object: HelmRelease): boolean =>
  activeRemediation(object)?.ignoresTests ?? object.spec.test?.ignoreFailures ?? false;

/** Whether objects of the release are watched for what others do to them. */
export const detectsDrift = ({ spec }: HelmRelease): boolean =>
  (spec.driftDetection?.mode ?? 'disabled') !== 'disabled';
