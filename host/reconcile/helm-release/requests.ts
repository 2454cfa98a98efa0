import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { requestedAt } from '../annotations.ts';

const forceAt = 'reconcile.fluxcd.io/forceAt';
const resetAt = 'reconcile.fluxcd.io/resetAt';

/** Whether the user asked for an upgrade that need not be; once. */
export const isForced = (object: HelmRelease): boolean => take(object, forceAt, 'lastHandledForceAt');

/** Whether the user asked to forget failures; once. */
export const isReset = (object: HelmRelease): boolean => take(object, resetAt, 'lastHandledResetAt');

function take(
  object: HelmRelease,
  annotation: string,
  handled: 'lastHandledForceAt' | 'lastHandledResetAt',
): boolean {
  const asked = object.metadata.annotations?.[annotation];
  if (asked === undefined || asked === object.status?.[handled]) return false;
  object.status = { ...object.status, [handled]: asked };
  return asked === requestedAt(object);
}
