import { FluxError } from '../errors/flux-error.ts';
import { formatRef } from '../kube/object.ts';
import type { ObjectRef } from '../kube/types.ts';

/** There is a release in storage that cannot be read. */
export function unreadableRelease(secret: string, cause: unknown): FluxError {
  return new FluxError('FLUX_E_HELM_STORAGE', `the release in Secret '${secret}' cannot be read`, {
    cause,
    hint: 'remove the Secret if the release is of no use any more: the chart is then installed over what is there',
  });
}

/** Helm's own words: users search for them. */
export function nameInUse(name: string): FluxError {
  return new FluxError('FLUX_E_HELM_NAME', 'cannot reuse a name that is still in use', {
    hint: `release '${name}' was uninstalled with its history: set spec.install.replace to install it anew`,
  });
}

export function foreignObject(ref: ObjectRef, why: string): FluxError {
  return new FluxError(
    'FLUX_E_HELM_OWNERSHIP',
    `${formatRef(ref)} exists and cannot be imported into the current release: invalid ownership metadata; ${why}`,
    { object: ref, hint: 'remove the object, or let the release take it over: unset disableTakeOwnership' },
  );
}

/** A hook did not do its work. */
export function hookFailed(event: string, path: string, cause: unknown): FluxError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new FluxError('FLUX_E_HELM_HOOK', `failed ${event}: hook ${path}: ${text}`, {
    cause,
    hint: 'see the logs of its pod; a hook of a failed release is kept unless it has the policy hook-failed',
  });
}

export function notDeleted(refs: readonly ObjectRef[], cause: unknown): FluxError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new FluxError('FLUX_E_HELM_DELETE', `failed to delete ${refs.map(formatRef).join(', ')}: ${text}`, {
    cause,
  });
}

/** A plugin asks again and again. */
export function endlessLookups(): FluxError {
  return new FluxError('FLUX_E_HELM_LOOKUPS', 'the templates look up more and more objects', {
    hint: 'templates must not look up objects whose names depend on random values',
  });
}

export function missingVersion(name: string, version: number): FluxError {
  return new FluxError('FLUX_E_HELM_STORAGE', `release ${name} has no ${version} version`);
}

export function noChart(text: string): FluxError {
  return new FluxError('FLUX_E_HELM_CHART', `there is no chart in ${text}`, {
    reason: 'ArtifactFailed',
    hint: 'an OCIRepository needs spec.layerSelector with the media type application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  });
}

/** Refused rather than ignored. */
export function unsupported(field: string, what: string): FluxError {
  return new FluxError('FLUX_E_UNSUPPORTED', `${field}: ${what}`, {
    reason: 'Unsupported',
    terminal: true,
    hint: `remove ${field}`,
  });
}
