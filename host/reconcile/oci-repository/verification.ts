import type { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { deleteCondition, getCondition, setCondition } from '../conditions.ts';
import { type TrustOptions, verifyArtifact } from '../registry/verify.ts';
import type { Context } from '../types.ts';
import { verificationFailed } from './errors.ts';
import type { Registry } from './registry.ts';

export type VerificationOptions = TrustOptions;

const type = 'SourceVerified';

/** Forgets a verdict that does not hold any more: one of before `spec.verify` was removed, and a bad one, which is looked into again. */
export function resetVerification(object: OCIRepository): void {
  if (!object.spec.verify || getCondition(object, type)?.status === 'False') deleteCondition(object, type);
}

/** As in Flux: another digest, another spec, or no good verdict yet. */
export function needsVerification(object: OCIRepository, isNew: boolean): boolean {
  if (!object.spec.verify) return false;
  const verdict = getCondition(object, type);
  return isNew || verdict?.status !== 'True' || verdict.observedGeneration !== object.metadata.generation;
}

/**
 * Checks that somebody whom the spec trusts signed the digest, and records the verdict.
 * @throws FluxError in Flux's words; the condition SourceVerified is False then
 */
export async function verify(
  options: VerificationOptions,
  context: Context<OCIRepository>,
  { registry, digest, revision }: { registry: Registry; digest: string; revision: string },
): Promise<void> {
  const { object, key, signal } = context;
  const { verify: policy } = object.spec;
  if (!policy) return;
  try {
    const { client, repository } = registry;
    const { kind } = await context.calling(() =>
      registry.within((timed) =>
        verifyArtifact(
          { policy, namespace: key.namespace, client, repository, digest, signal: timed.signal },
          options,
        ),
      ),
    );
    if (kind === 'ignored') {
      deleteCondition(object, type);
      return;
    }
    const message = `verified signature of revision ${revision}`;
    setCondition(object, { type, status: 'True', reason: 'Succeeded', message });
  } catch (error) {
    if (signal.aborted || !(error instanceof FluxError)) throw error;
    const keyless = policy.provider === 'cosign' && !policy.secretRef ? ' keyless' : '';
    const failure = verificationFailed(`${policy.provider}${keyless}`, error);
    setCondition(object, { type, status: 'False', reason: 'VerificationError', message: failure.text });
    throw failure;
  }
}
