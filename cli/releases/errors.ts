import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import type { NamespacedName } from '@flux-host/host/kube/types.ts';
import { commandError, usageError } from '../command/errors.ts';

/** A source that a release, or its chart, refers to is neither in the cluster nor coming to it. @param source `Kind/namespace/name` */
export function sourceAbsent(source: string): FluxError {
  return new FluxError('FLUX_E_SOURCE_MISSING', `${source} is not there`, {
    hint: 'create the source, or correct spec.chart or spec.chartRef',
  });
}

/** What the source will have is known to nobody yet. */
export function sourceUnsettled(source: string, why: string): FluxError {
  return new FluxError('FLUX_E_SOURCE_NOT_READY', `${source} ${why}`, {
    hint: `say where it is on this machine with --local-sources ${source}=./path, or see "flux explain ${source}"`,
  });
}

/** Clusters of `spec.kubeConfig` are left alone. */
export function otherCluster(): FluxError {
  return new FluxError('FLUX_E_UNSUPPORTED', 'diff not supported for remote clusters');
}

/** `--helmrelease-file` or `--path` is not there. */
export function pathAbsent(flag: string, path: string): FluxError {
  return usageError(`invalid ${flag} ${JSON.stringify(path)}: there is no such file or folder`);
}

/** A file with HelmReleases that cannot be used. */
export function releaseFileUnusable(file: string, detail: string): FluxError {
  return commandError('FLUX_E_CLI_HELM_RELEASE_FILE', `failed to read the HelmRelease of ${file}: ${detail}`);
}

/** A file that has other objects only. */
export function releaseNotInFile(file: string, { namespace, name }: NamespacedName): FluxError {
  return commandError(
    'FLUX_E_CLI_HELM_RELEASE_FILE',
    `there is no HelmRelease with name '${name}' and namespace '${namespace}' in file '${file}'`,
    'name and --namespace have to be those of a HelmRelease in the file',
  );
}

/** The HelmRelease that is named in the command line is not in the cluster. */
export function releaseMissing({ namespace, name }: NamespacedName): FluxError {
  return commandError(
    'FLUX_E_CLI_NOT_FOUND',
    `failed to get HelmRelease object: helmreleases.helm.toolkit.fluxcd.io ${JSON.stringify(name)} not found`,
    `there is none in namespace ${namespace}: see "flux get helmreleases -A", or use --helmrelease-file with --ignore-not-found`,
  );
}

/** `--chart-version` means nothing to a chart that is in a folder. @param kind of its source */
export function versionInVain(kind: string): FluxError {
  return usageError(
    `--chart-version has no effect on a chart of a ${kind}`,
    'it has the version of its Chart.yaml: name a folder with another one with --path',
  );
}
