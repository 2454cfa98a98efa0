import { FluxError } from '../../errors/flux-error.ts';

/** The Secret with the public keys cannot be read. */
export function publicKeysMissing(error: unknown): unknown {
  if (!(error instanceof FluxError)) return error;
  return new FluxError('FLUX_E_GIT_VERIFY', `public keys secret error: ${error.message}`, {
    reason: 'VerificationError',
    cause: error,
    hint: 'create the Secret of spec.verify.secretRef with the public keys: *.asc for OpenPGP, *.sshpub for SSH',
  });
}

/** A signature that does not count, in Flux's words. A plugin that could not be asked keeps its own code. */
export function invalidSignature(kind: 'commit' | 'tag', name: string, error: unknown): unknown {
  if (!(error instanceof FluxError)) return error;
  const reason = kind === 'tag' ? 'InvalidTagSignature' : 'InvalidCommitSignature';
  return new FluxError(error.code, `signature verification of ${kind} '${name}' failed: ${error.message}`, {
    reason,
    cause: error,
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

export const invalidMode = () =>
  new FluxError(
    'FLUX_E_GIT_VERIFY',
    "cannot verify tag object's signature if a tag reference is not specified",
    {
      reason: 'InvalidVerificationMode',
      terminal: true,
      hint: 'set spec.ref.tag, spec.ref.semver, or spec.ref.name to a tag, or spec.verify.mode to HEAD',
    },
  );

export const invalidGitObject = (tag: string) =>
  new FluxError('FLUX_E_GIT_VERIFY', `cannot verify signature of tag '${tag}' since it is not signed`, {
    reason: 'InvalidGitObject',
    hint: 'make the tag with git tag -s and push it again',
  });

/** Whoever answers for the git plugin gave another commit than that of the revision. */
export const notTheRevision = (revision: string) =>
  new FluxError('FLUX_E_GIT_VERIFY', `the commit that was fetched is not that of revision ${revision}`, {
    reason: 'InvalidGitObject',
    hint: 'the git plugin is at fault: see which one is installed with flux plugin list',
  });

export const noState = () =>
  new FluxError('FLUX_E_GIT_VERIFY', 'the git plugin gave no commit object to verify', {
    reason: 'VerificationError',
    hint: 'the plugin that was installed in its place has to answer fetch with the signed objects: see docs/plugins',
  });
