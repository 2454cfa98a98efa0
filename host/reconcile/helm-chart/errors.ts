import { FluxError } from '../../errors/flux-error.ts';

/** The source that a chart comes from does not exist. */
export const noSource = (kind: string, name: string): FluxError =>
  new FluxError('FLUX_E_CHART_SOURCE', `failed to get source: ${kind} '${name}' not found`, {
    reason: 'SourceUnavailable',
    hint: `create the ${kind} ${name} in the namespace of the HelmChart`,
  });

/** The source has nothing yet. Whoever waits is woken once it has. */
export const noSourceArtifact = (kind: string, name: string, retryAfterMs: number): FluxError =>
  new FluxError('FLUX_E_CHART_SOURCE', `no artifact available for ${kind} source '${name}'`, {
    reason: 'NoSourceArtifact',
    retryAfterMs,
    hint: `see why ${kind} ${name} is not ready`,
  });

export const noUrl = (name: string): FluxError =>
  new FluxError('FLUX_E_CHART_INDEX', `chart '${name}' has no downloadable URLs`, {
    hint: 'the index has no urls for this version: have the repository write it anew',
  });

export const badDependencyUrl = (why: string, hint?: string): FluxError =>
  new FluxError('FLUX_E_CHART_DEPENDENCY', why, hint ? { hint } : {});

/** More rounds of wishes than charts have dependencies. */
export const endlessDependencies = (): FluxError =>
  new FluxError('FLUX_E_CHART_DEPENDENCY', 'the plugin asks for the same dependencies again and again', {
    reason: 'DependencyBuildError',
    hint: 'this is a fault of the installed plugin for charts',
  });

export const badMetadata = (version: string): FluxError =>
  new FluxError(
    'FLUX_E_CHART_ARCHIVE',
    `failed to parse version from chart metadata as SemVer: '${version}' is no semantic version`,
    { hint: 'the version in Chart.yaml has to be a semantic version' },
  );

export const notAChart = (what: string, types: readonly string[]): FluxError =>
  new FluxError(
    'FLUX_E_CHART_ARCHIVE',
    `${what} is no Helm chart: its layers are ${types.length > 0 ? types.join(', ') : 'none'}`,
    { hint: 'publish it with: helm push' },
  );

export const unverifiable = (): FluxError =>
  new FluxError(
    'FLUX_E_CHART_VERIFY',
    'charts of an HTTP repository carry no signatures that can be verified',
    {
      hint: 'remove spec.verify, or use a HelmRepository of type oci',
    },
  );

/** The chart is not signed by whom the object trusts, or that cannot be found out. */
export function verificationFailed(provider: string, cause: FluxError): FluxError {
  return new FluxError(
    cause.code,
    `failed to verify the signature using provider '${provider}': ${cause.message}`,
    {
      reason: 'ChartVerificationError',
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    },
  );
}

export const chartTooLarge = (mostBytes: number): FluxError =>
  new FluxError('FLUX_E_CHART_ARCHIVE', `size of chart exceeds '${mostBytes}' bytes limit`, {
    hint: 'leave files out with .helmignore, or raise --helm-chart-max-size',
  });
