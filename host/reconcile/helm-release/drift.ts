import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { getCondition, isTrue } from '../conditions.ts';
import { detectsDrift } from './settings.ts';

/**
 * Whether another attempt is due at once because somebody changed an object of the release. What failed is tried again in its own time, and
 * looks at its objects then.
 */
export function mindsDrift(object: HelmRelease): boolean {
  return (
    detectsDrift(object) &&
    !object.spec.suspend &&
    isTrue(object, 'Released') &&
    getCondition(object, 'Ready')?.status !== 'False'
  );
}
