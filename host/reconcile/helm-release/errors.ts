import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { activeRemediation } from './settings.ts';

/** What failed before there was a record of it may work the next time, without a change of the object: templates ask the cluster. */
export function retriable(error: unknown): unknown {
  if (!(error instanceof FluxError) || !error.terminal) return error;
  const { code, message, hint, reason } = error;
  return new FluxError(code, message, { cause: error, ...(hint && { hint }), ...(reason && { reason }) });
}

/** Helm's records cannot be read, or nobody knows what to do about them. */
export function unknownState(cause: unknown): FluxError {
  const known = cause instanceof FluxError ? cause : undefined;
  const message = `Could not determine release state: ${known?.message ?? errorText(cause)}`;
  return new FluxError(known?.code ?? 'FLUX_E_HELM_STORAGE', message, {
    reason: 'StateError',
    cause,
    hint: known?.hint ?? 'see the release with helm history and helm status',
  });
}

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
