import { FluxError } from '../errors/flux-error.ts';

const reason = 'BuildFailed';

/** @param object who it is about, e.g. `ConfigMap/apps/settings` */
export function substitutionFailed(object: string, detail: string): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_SUBSTITUTION',
    `post build failed for '${object}': envsubst error: ${detail}`,
    {
      reason,
      hint: detail.includes('strict mode')
        ? `add the variable to spec.postBuild, or give it a default: \${name:=default}`
        : `check the \${…} expressions of the object; $$ stands for a plain $, and the label kustomize.toolkit.fluxcd.io/substitute: disabled leaves an object as it is`,
    },
  );
}

export function notYaml(object: string, detail: string, substituted: boolean): FluxError {
  return new FluxError('FLUX_E_BUILD_YAML', `the YAML of '${object}' cannot be read: ${detail}`, {
    reason,
    ...(substituted
      ? { hint: 'it was valid before substitution: quote the values that the variables go into' }
      : {}),
  });
}

export function remoteBaseRefused(bases: readonly string[]): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_REMOTE_BASE_REFUSED',
    `the kustomization refers to ${bases.join(', ')}, and remote bases are not allowed here`,
    {
      reason,
      hint: 'bring the base into the source (a copy, a Git submodule, spec.include), or start the host without --no-remote-bases',
    },
  );
}

export function remoteBaseFailed(base: string, cause: unknown): FluxError {
  const known = cause instanceof FluxError ? cause : undefined;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new FluxError('FLUX_E_BUILD_REMOTE_BASE', `cannot fetch the remote base ${base}: ${detail}`, {
    reason,
    cause,
    ...(known?.hint ? { hint: known.hint } : {}),
    ...(known?.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
  });
}

export function remoteBaseUnsupported(base: string, detail: string): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_REMOTE_BASE_UNSUPPORTED',
    `the remote base ${base} cannot be fetched: ${detail}`,
    {
      reason,
      hint: 'use an https:// or ssh:// URL of a Git repository, or an https:// URL of a file',
    },
  );
}

export function tooManyRemoteBases(limit: number): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_REMOTE_BASE_LIMIT',
    `the kustomization refers to more than ${limit} remote bases, counting those that its bases refer to`,
    { reason, hint: 'bring the bases into the source' },
  );
}

export function renderTimeout(seconds: number): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_TIMEOUT',
    `substituting and parsing what was built took longer than ${seconds} s`,
    { reason, hint: 'split the Kustomization into smaller ones' },
  );
}

export function renderCrashed(detail: string): FluxError {
  return new FluxError('FLUX_E_BUILD_MEMORY', `what was built is too large to be read: ${detail}`, {
    reason,
    hint: 'split the Kustomization into smaller ones',
  });
}

export function unexpectedAnswer(plugin: string, detail: string): FluxError {
  return new FluxError(
    'FLUX_E_BUILD_ANSWER',
    `the builder plugin ${plugin} gave an answer that is not understood: ${detail}`,
    {
      reason,
      hint: 'the plugin is at fault: use another version of it',
    },
  );
}
