import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { setCondition } from '../conditions.ts';

/**
 * Refuses what this version cannot do, instead of leaving it out silently: an unverified commit must not pass as verified.
 * @throws FluxError, terminal
 */
export function checkSupported(object: GitRepository): void {
  const { verify, provider = 'generic' } = object.spec;
  if (verify) {
    const message =
      'signature verification is not available in this version, and an unverified commit is not used';
    setCondition(object, { type: 'SourceVerified', status: 'False', reason: 'VerificationError', message });
    throw new FluxError('FLUX_E_GIT_VERIFY', message, {
      reason: 'VerificationError',
      terminal: true,
      hint: 'remove spec.verify, or verify commits before they are pushed',
    });
  }
  if (provider !== 'generic') {
    const message = `provider '${provider}' is not available in this version`;
    setCondition(object, {
      type: 'FetchFailed',
      status: 'True',
      reason: 'InvalidProviderConfiguration',
      message,
    });
    throw new FluxError('FLUX_E_GIT_PROVIDER', message, {
      reason: 'InvalidProviderConfiguration',
      terminal: true,
      hint: 'use provider generic with a secretRef',
    });
  }
}
