import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';

/** Kept until something about it changes; looked at again at the interval, since that may be a new version of the plugin. */
function refused(
  code: `FLUX_E_${string}`,
  message: string,
  options: { reason: string; hint: string },
): FluxError {
  return new FluxError(code, message, options);
}

/** Gives a failure the reason of the step that it happened in; one that has a reason keeps it. */
export function failedAs(error: unknown, reason: string): FluxError {
  if (!(error instanceof FluxError)) {
    return new FluxError('FLUX_E_PLUGIN_PULL', errorText(error), { reason, cause: error });
  }
  const { code, message, hint, retryAfterMs, cause } = error;
  return new FluxError(code, message, {
    reason: error.reason ?? reason,
    // What is wrong with a module is so only until there is another one.
    terminal: error.terminal && (error.reason !== undefined || code === 'FLUX_E_OCI_REFERENCE'),
    cause: cause ?? error,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

export const pullTimedOut = (url: string, timeout: string) =>
  new FluxError('FLUX_E_PLUGIN_PULL', `${url} did not give what was asked for within ${timeout}`, {
    reason: 'OCIArtifactPullFailed',
    hint: 'check that the registry answers, or raise spec.timeout',
  });

export const noTagInRange = (url: string, range: string) =>
  refused('FLUX_E_PLUGIN_REFERENCE', `no tag of ${url} is a version in the range '${range}'`, {
    reason: 'OCIArtifactPullFailed',
    hint: 'correct spec.source.ref.semver and semverFilter, or publish a version with such a tag',
  });

export const badReference = (what: string) =>
  new FluxError('FLUX_E_PLUGIN_REFERENCE', `spec.source.ref cannot be used: ${what}`, {
    reason: 'URLInvalid',
    terminal: true,
    hint: 'correct the spec',
  });

export const notAPluginImage = (image: string, why: string) =>
  refused('FLUX_E_PLUGIN_IMAGE', `${image} is not a plugin: it ${why}`, {
    reason: 'InvalidPlugin',
    hint: 'push plugins with flux plugin push, which writes these types',
  });

export const nameMismatch = (object: string, manifest: string) =>
  refused('FLUX_E_PLUGIN_NAME', `the module is the plugin "${manifest}", not "${object}"`, {
    reason: 'NameMismatch',
    hint: `name the Plugin object ${manifest}, so that nothing replaces another plugin unnoticed, or correct spec.source.url`,
  });

/** @param lines YAML to add to the spec */
export const grantMissing = (version: string, lines: string) =>
  refused(
    'FLUX_E_PLUGIN_GRANT',
    `version ${version} asks for more than is granted; add to the Plugin:\n${lines}`,
    {
      reason: 'GrantMissing',
      hint: 'grant only what you trust the plugin with',
    },
  );

export const conflicting = (use: string, owner: string, builtIn: boolean) =>
  refused(
    'FLUX_E_PLUGIN_CONFLICT',
    `${use} is provided by ${builtIn ? `the built-in plugin ${owner}` : `Plugin ${owner}, which is older`}`,
    {
      reason: 'Conflict',
      hint: builtIn
        ? `only a plugin of the name ${owner} replaces the built-in one`
        : 'delete one of the two',
    },
  );

export const downgradeRefused = (from: string, to: string) =>
  refused('FLUX_E_PLUGIN_DOWNGRADE', `version ${to} is lower than version ${from}, which is in use`, {
    reason: 'DowngradeRefused',
    hint: 'a range of versions only goes up; to go back on purpose, change spec.source.ref',
  });

export const rolledBack = (from: string, to: string, why: string) =>
  refused(
    'FLUX_E_PLUGIN_ROLLED_BACK',
    `module ${from} broke down in its first calls, so ${to} is called again; the last time: ${why}`,
    {
      reason: 'RolledBack',
      hint: 'publish a version without the fault; the one that broke down is not tried again',
    },
  );

/** `spec.verify` asks for something that no signature could give. */
export const unverifiable = (what: string) =>
  refused('FLUX_E_PLUGIN_VERIFY', `spec.verify cannot be met: ${what}`, {
    reason: 'VerificationError',
    hint: 'put public keys (*.pub), or trusted_root.json for matchOIDCIdentity, into the Secret of spec.verify.secretRef',
  });

/** A stored module was verified in another way than is asked for now. */
export const notVerified = (image: string) =>
  refused('FLUX_E_PLUGIN_VERIFY', `image ${image} was not verified with the present keys`, {
    reason: 'VerificationError',
    hint: 'its signature is checked again as soon as the registry answers',
  });

export const badGrant = (what: string) =>
  new FluxError('FLUX_E_PLUGIN_GRANT', `spec.grants cannot be used: ${what}`, {
    reason: 'InvalidGrant',
    hint: 'correct spec.grants or the Secret',
  });

export const libraryFailed = (what: string, cause: unknown) =>
  new FluxError('FLUX_E_PLUGIN_STORAGE', `${what}: ${errorText(cause)}`, {
    reason: 'StorageOperationFailed',
    cause,
    hint: 'check the volume of --storage-path: space, permissions, health',
  });
