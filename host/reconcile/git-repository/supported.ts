import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { deleteCondition, setCondition } from '../conditions.ts';

/**
 * Refuses what this version cannot do, instead of leaving it out silently: an unverified commit must not pass as verified.
 * @throws FluxError, terminal
 */
export function checkSupported(object: GitRepository): void {
  const { verify, provider = 'generic' } = object.spec;
  if (!verify) deleteCondition(object, 'SourceVerified');
  if (verify) {
    const error = new FluxError(
      'FLUX_E_GIT_VERIFY',
      'signature verification is not available in this version, and an unverified commit is not used',
      {
        reason: 'VerificationError',
        terminal: true,
        hint: 'remove spec.verify, or verify commits before they are pushed',
      },
    );
    setCondition(object, {
      type: 'SourceVerified',
      status: 'False',
      reason: 'VerificationError',
      message: error.text,
    });
    throw error;
  }
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
