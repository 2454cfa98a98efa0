import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { commandError } from '../../../command/errors.ts';
import type { Counts } from './types.ts';

/** Which source the checkout is of has to be known. @param candidates sources that Kustomizations of the cluster use */
export function sourceNotFound(remotes: readonly string[], candidates: readonly string[]): FluxError {
  const why =
    remotes.length > 0
      ? `no GitRepository of the cluster that a Kustomization uses has the URL ${remotes.join(' or ')}`
      : 'the checkout has no Git remote to find its source by';
  const hint =
    candidates.length > 0
      ? `name the source with --source; in use are ${candidates.join(', ')}`
      : 'the cluster has no Kustomization: is it the right one? See --context';
  return commandError('FLUX_E_CLI_DIFF_SOURCE', why, hint);
}

/** A source that was named and that nobody uses. */
export function sourceUnused(names: readonly string[], candidates: readonly string[]): FluxError {
  return commandError(
    'FLUX_E_CLI_DIFF_SOURCE',
    `no Kustomization of the cluster uses ${names.join(' or ')}`,
    candidates.length > 0 ? `in use are ${candidates.join(', ')}` : 'the cluster has no Kustomization',
  );
}

/** The folder of a Kustomization is not in the checkout. */
export function folderMissing(path: string, source: string): FluxError {
  return new FluxError(
    'FLUX_E_PATH_MISSING',
    `kustomization path not found: '${path}' is not in the checkout of ${source}`,
    { hint: 'correct spec.path, or add the folder' },
  );
}

/** Some of the checkout could not be compared. */
export function incomplete({ failed }: Counts): FluxError {
  return commandError(
    'FLUX_E_CLI_DIFF',
    `${failed} ${failed === 1 ? 'thing' : 'things'} could not be compared`,
    'the report above says which, and why',
  );
}
