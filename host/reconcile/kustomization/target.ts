import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { Context } from '../types.ts';
import type { KustomizationOptions } from './options.ts';

/** The cluster that a Kustomization's objects belong to, in place of the host's own. */
export interface Target {
  /** With the client and the applier of that cluster. */
  readonly options: KustomizationOptions;
  /** Ends when that cluster can no longer be reached. */
  readonly context: Context<Kustomization>;
}

/**
 * Runs `work` with the cluster of `spec.kubeConfig`, or with the own one. Waiting for a cluster that does not answer takes nobody's place.
 * @throws FluxError with reason ReconciliationFailed when the other cluster cannot be used
 */
export async function inTargetCluster<R>(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  work: (target: Target) => Promise<R>,
): Promise<R> {
  const { object, key, signal } = context;
  const { kubeConfig } = object.spec;
  if (!kubeConfig) {
    options.remote.forget(key);
    return work({ options, context });
  }
  options.applier.forget(key);
  const lease = await connect(() =>
    context.waiting(() => options.remote.connect({ kubeConfig, owner: key, signal })),
  );
  try {
    const { client, applier } = lease;
    return await work({
      options: { ...options, client, applier },
      context: { ...context, signal: AbortSignal.any([signal, lease.signal]) },
    });
  } finally {
    lease.release();
  }
}

async function connect<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    // Other attempts can help: what is wrong may be in the Secret, the ConfigMap or the cluster.
    if (!(error instanceof FluxError)) throw error;
    throw new FluxError(error.code, error.message, {
      reason: 'ReconciliationFailed',
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}
