import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import type { NamespacedName } from '@flux-host/host/kube/types.ts';
import { commandError, usageError } from '../command/errors.ts';

/** Nothing can be built without the plugin that builds. */
export function pluginsMissing(folders: readonly string[]): FluxError {
  const where = folders.length > 0 ? folders.join(', ') : 'any folder';
  return commandError(
    'FLUX_E_CLI_PLUGINS',
    `the kustomize plugin is not in ${where}`,
    'name the folder that has kustomize.wasm in the variable FLUX_HOST_PLUGINS; in a checkout of the project "npm run flux -- build" makes it',
  );
}

/** A kustomization refers to what a build may not read. @param root what it may */
export function outsideOfTree({ code, message, reason }: FluxError, root: string): FluxError {
  return new FluxError(code, message, {
    hint: `nothing but ${root} is read: run the command in the folder that holds all of it, or in the Git repository`,
    ...(reason && { reason }),
  });
}

export function pathInvalid(path: string): FluxError {
  return usageError(
    `invalid resource path ${JSON.stringify(path)}`,
    path ? 'it is no folder: see --path' : 'name the folder with the manifests with --path',
  );
}

export function fileInvalid(file: string): FluxError {
  return usageError(
    `invalid kustomization file ${JSON.stringify(file)}`,
    '--kustomization-file needs the name of a YAML file',
  );
}

/** A file with Kustomizations that cannot be used. */
export function fileUnusable(file: string, detail: string): FluxError {
  return commandError(
    'FLUX_E_CLI_KUSTOMIZATION_FILE',
    `failed to unmarshall kustomization file ${file}: ${detail}`,
  );
}

/** A file that has other objects only. */
export function notInFile(file: string, { namespace, name }: NamespacedName): FluxError {
  return commandError(
    'FLUX_E_CLI_KUSTOMIZATION_FILE',
    `failed find kustomization with name '${name}' and namespace '${namespace}' in file '${file}'`,
    'name and --namespace have to be those of a Kustomization in the file',
  );
}

/** The Kustomization that is named in the command line is not in the cluster. */
export function kustomizationMissing({ namespace, name }: NamespacedName): FluxError {
  return commandError(
    'FLUX_E_CLI_NOT_FOUND',
    `failed to get kustomization object: kustomizations.kustomize.toolkit.fluxcd.io ${JSON.stringify(name)} not found`,
    `there is none in namespace ${namespace}: see "flux get kustomizations -A", or use --kustomization-file`,
  );
}

/** The folder of a nested Kustomization is not known. @param source `Kind/namespace/name` */
export function sourceUnknown(source: string, name: string): FluxError {
  return usageError(
    `cannot get local path for ${source} of kustomization ${name}`,
    `say where it is with --local-sources ${source}=./path`,
  );
}

export function localSourceInvalid(text: string): FluxError {
  return usageError(`${text} must be formatted as key=value`, '--local-sources Kind/namespace/name=path');
}
