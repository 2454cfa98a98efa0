import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { setCondition } from '../conditions.ts';

/**
 * Refuses what this version cannot do, instead of leaving it out silently.
 * @throws FluxError, terminal
 */
export function checkSupported(object: GitRepository): void {
  const { provider = 'generic' } = object.spec;
  if (provider !== 'generic') {
    const reason = 'InvalidProviderConfiguration';
    const error = new FluxError(
      'FLUX_E_GIT_PROVIDER',
      `provider '${provider}' is not available in this version`,
      { reason, terminal: true, hint: 'use provider generic with a secretRef' },
    );
    setCondition(object, { type: 'FetchFailed', status: 'True', reason, message: error.text });
    throw error;
  }
}
