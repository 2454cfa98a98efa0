import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { KubeError } from '../kube/errors.ts';

const reason = 'ReconciliationFailed';

export const keyMissing = (from: string, key: string) =>
  new FluxError('FLUX_E_REMOTE_CONFIG', `${from} does not contain a '${key}' key with a kubeconfig`, {
    reason,
    hint: 'put the kubeconfig under that key, or name its key in spec.kubeConfig.secretRef.key',
  });

/** Flux's words for a Secret that is not there or may not be read; other errors stay as they are. */
export function secretUnreadable(name: string, error: unknown): unknown {
  if (!(error instanceof FluxError && error.cause instanceof KubeError) || error.cause.unreachable)
    return error;
  const message = `unable to read KubeConfig secret '${name}' error: ${error.cause.statusMessage}`;
  return new FluxError(error.code, message, {
    reason,
    cause: error.cause,
    ...(error.hint ? { hint: error.hint } : {}),
  });
}

export const configInvalid = (from: string, why: string, hint: string) =>
  new FluxError('FLUX_E_REMOTE_CONFIG', `${from} ${why}`, { reason, hint });

/** What a kubeconfig asks for and does not get. */
export const notAllowed = (from: string, what: string, hint: string) =>
  new FluxError('FLUX_E_REMOTE_REFUSED', `${from} ${what}`, { reason, hint });

export const accountNotAllowed = (from: string) =>
  new FluxError(
    'FLUX_E_REMOTE_REFUSED',
    `${from} names a ServiceAccount, and the ObjectLevelWorkloadIdentity feature gate is not enabled`,
    { reason, hint: 'start the host with --feature-gates=ObjectLevelWorkloadIdentity=true' },
  );

export const defaultAccountMissing = (account: string) =>
  new FluxError(
    'FLUX_E_REMOTE_REFUSED',
    `failed to get service account '${account}': the specified default service account does not exist in the object namespace. your cluster is subject to multi-tenant workload identity lockdown, reach out to your cluster administrator for help`,
    { reason, hint: 'create the account, or name another in serviceAccountName of the ConfigMap' },
  );

export const addressForbidden = (server: string, address: string) =>
  new FluxError(
    'FLUX_E_REMOTE_ADDRESS',
    `the API server ${server} has the address ${address}, which the host does not connect to`,
    {
      reason,
      hint: 'addresses of metadata services and link-local ones are no API servers; correct the address',
    },
  );

/** Cloud that does not tell where a cluster is. */
export const lookupFailed = (cluster: string, why: string) =>
  new FluxError('FLUX_E_REMOTE_LOOKUP', `failed to describe the cluster '${cluster}': ${why}`, {
    reason,
    hint: 'check the permissions of the identity, or give address and ca.crt in the ConfigMap',
  });

export const noAnswer = (seconds: number) =>
  new FluxError('FLUX_E_REMOTE_UNREACHABLE', `no answer within ${seconds} s`, { reason });

/** A cluster that does not let the host in, or is not there. */
export function connectFailed(from: string, error: unknown): FluxError {
  if (
    error instanceof FluxError &&
    !(error instanceof KubeError) &&
    error.code !== 'FLUX_E_REMOTE_UNREACHABLE'
  ) {
    return new FluxError(error.code, `cannot use the cluster of ${from}: ${error.message}`, {
      reason,
      cause: error,
      ...(error.hint && { hint: error.hint }),
    });
  }
  const unauthorized = error instanceof KubeError && error.unauthorized;
  const message = error instanceof KubeError ? withoutVerb(error) : errorText(error);
  return new FluxError(
    unauthorized ? 'FLUX_E_REMOTE_UNAUTHORIZED' : 'FLUX_E_REMOTE_UNREACHABLE',
    `cannot use the cluster of ${from}: ${message}`,
    {
      reason,
      cause: error,
      hint: unauthorized
        ? 'the cluster does not accept the credentials: they are wrong, expired or revoked'
        : (error instanceof FluxError && error.hint) ||
          'check that its API server runs and that the host may connect to it',
    },
  );
}

/** What was asked is nothing that the user asked for. */
function withoutVerb({ message }: KubeError): string {
  return message.replace(/^cannot get \/version: /, '');
}
