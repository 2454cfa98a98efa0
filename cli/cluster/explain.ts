import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { isAbort } from '@flux-host/host/errors/text.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';

/** An error in the words of someone who types commands: what is more specific here than in the host. */
export function explain(error: unknown, timeout: string): unknown {
  if (isKube(error, 'noMatch')) {
    return new FluxError('FLUX_E_CLI_NOT_INSTALLED', error.message, {
      hint: 'this kind is not installed in the cluster: run "flux install", or "flux check" to see what is there',
      cause: error,
    });
  }
  if (isKube(error, 'unreachable')) {
    return new FluxError(error.code, error.message, {
      hint: 'is the cluster running, and is it the right one? see --kubeconfig, --context and the variable KUBECONFIG',
      cause: error,
    });
  }
  if (isAbort(error))
    return new FluxError('FLUX_E_CLI_TIMEOUT', `timed out after ${timeout}`, { hint: 'see --timeout' });
  return error;
}
