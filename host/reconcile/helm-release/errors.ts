import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { activeRemediation } from './settings.ts';

/** Everything that may be tried was tried. */
export function retriesExceeded(object: HelmRelease): FluxError {
  const action = object.status?.lastAttemptedReleaseAction ?? 'install';
  const failures = activeRemediation(object)?.failures ?? 0;
  return new FluxError('FLUX_E_HELM_RETRIES', `Failed to ${action} after ${failures} attempt(s)`, {
    reason: 'RetriesExceeded',
    terminal: true,
    hint: 'see the condition Released; flux reconcile helmrelease --reset or --force tries again',
  });
}

export function missingTarget(): FluxError {
  return new FluxError(
    'FLUX_E_HELM_ROLLBACK',
    'Failed to perform remediation: missing target release for rollback: cannot remediate failed release',
    {
      reason: 'MissingRollbackTarget',
      terminal: true,
      hint: 'there is no earlier release that was good: mend the chart or the values',
    },
  );
}
