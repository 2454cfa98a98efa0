import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { KubeError } from '../kube/errors.ts';
import { formatRef } from '../kube/object.ts';
import type { KubeObject, ObjectRef } from '../kube/types.ts';

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

export function invalidName(name: string): FluxError {
  return new FluxError('FLUX_E_HELM_NAME', `release name is invalid: ${name}`, {
    hint: 'spec.releaseName may have lower case letters, digits, "-" and ".", and begins and ends with a letter or digit',
  });
}

const notBuilt = 'unable to build kubernetes objects from release manifest';

/** A template made something that cannot be sent to the API server. */
export function noObject(file: string | undefined, problem: string): FluxError {
  return new FluxError('FLUX_E_HELM_MANIFEST', `${notBuilt}: ${file ? `${file}: ` : ''}${problem}`, {
    hint: 'see what the template renders to with helm template',
  });
}

/** A file of the chart that has no definitions in it, or is no YAML. */
export function unreadableCrds(file: string, cause: unknown): FluxError {
  return new FluxError(
    'FLUX_E_HELM_MANIFEST',
    `failed to parse CustomResourceDefinitions of ${file}: ${errorText(cause)}`,
    {
      cause,
      hint: 'files below crds/ are plain YAML: templates are not rendered there',
    },
  );
}

/** Helm's own words: users search for them. */
export function unknownKind({ apiVersion, kind, metadata }: KubeObject, cause: unknown): FluxError {
  const { name, namespace = '' } = metadata;
  return new FluxError(
    'FLUX_E_HELM_MANIFEST',
    `${notBuilt}: resource mapping not found for name: "${name}" namespace: "${namespace}": no matches for kind "${kind}" in version "${apiVersion}"`,
    {
      cause,
      hint: 'ensure CRDs are installed first: spec.dependsOn names the HelmRelease that brings them',
    },
  );
}

/** Kubernetes keeps at most 1 MiB in a Secret, and Helm a whole release in one. */
export function tooLarge({ name, version }: { name: string; version: number }, bytes: number): FluxError {
  // Whole KiB: the exact size is another one at every attempt.
  const size = `${Math.ceil(bytes / 1024)} KiB`;
  return new FluxError(
    'FLUX_E_HELM_TOO_LARGE',
    `release ${name}.v${version} is too large to be recorded: its Secret would have ${size}, and 1024 KiB are allowed`,
    {
      hint: 'the record has all templates, files and values of the chart: keep what they do not need out of it with .helmignore, or split the chart',
    },
  );
}

/** A post-renderer of the HelmRelease could not do its work. */
export function postRenderFailed(index: number, cause: unknown): unknown {
  if (!(cause instanceof FluxError)) return cause;
  return new FluxError(
    cause.code,
    `error while running post render on files: spec.postRenderers[${index}]: ${cause.message}`,
    {
      cause,
      hint: cause.hint ?? 'the patches are made for what the chart renders: see it with helm template',
    },
  );
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
    // What the API server did not take has no pod.
    ...(cause instanceof KubeError
      ? {}
      : {
          hint: 'see the logs of its pod; a hook of a failed release is kept unless it has the policy hook-failed',
        }),
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
