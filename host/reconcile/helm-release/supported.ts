import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { unsupported } from '../../helm/errors.ts';

/** Refused rather than ignored: what a manifest for Flux means and this version does not do. @throws FluxError, terminal */
export function checkSupported({ spec }: HelmRelease): void {
  if (spec.install?.serverSideApply === false)
    throw unsupported('spec.install.serverSideApply', 'objects are applied by the API server only');
  for (const action of ['upgrade', 'rollback'] as const) {
    if (spec[action]?.serverSideApply === 'disabled')
      throw unsupported(`spec.${action}.serverSideApply`, 'objects are applied by the API server only');
  }
}
