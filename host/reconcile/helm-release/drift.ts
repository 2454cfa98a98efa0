import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { getCondition, isTrue } from '../conditions.ts';
import { detectsDrift } from './settings.ts';

/**
 * Whether another attempt is due at once because somebody changed an object of the release. What failed is tried again in its own time, and
 * looks at its objects then, unless it failed because an object could not be looked at.
 */
export function mindsDrift(object: HelmRelease): boolean {
  const ready = getCondition(object, 'Ready');
  return (
    detectsDrift(object) &&
    !object.spec.suspend &&
    isTrue(object, 'Released') &&
    (ready?.status !== 'False' || ready.reason === 'StateError')
  );
}
