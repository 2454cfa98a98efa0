import type { Applier } from '../apply/create-applier.ts';
import { FluxError } from '../errors/flux-error.ts';
import type { KubeClient } from '../kube/types.ts';
import type { KubeConfigRef, RemoteClusters } from '../remote/types.ts';
import type { Context, FluxObject } from './types.ts';

/** What is done in the cluster of an object, by those who do it. */
interface ClusterOptions {
  readonly client: KubeClient;
  readonly applier: Applier;
  readonly remote: RemoteClusters;
}

interface Targeting extends FluxObject {
  spec: FluxObject['spec'] & { kubeConfig?: KubeConfigRef };
}

/** The cluster that the objects of a Kustomization or a HelmRelease belong to, in place of the host's own. */
export interface Target<O extends ClusterOptions, T extends Targeting> {
  /** With the client and the applier of that cluster. */
  readonly options: O;
  /** Ends when that cluster can no longer be reached. */
  readonly context: Context<T>;
}

export interface TargetRequest<O extends ClusterOptions, T extends Targeting> {
  readonly options: O;
  readonly context: Context<T>;
  /** Of the condition Ready when the other cluster cannot be used. */
  readonly reason: string;
}

/**
 * Runs `work` with the cluster of `spec.kubeConfig`, or with the own one. Waiting for a cluster that does not answer takes nobody's place.
 * @throws FluxError with that reason when the other cluster cannot be used, or is gone before `work` is done
 */
export async function inTargetCluster<O extends ClusterOptions, T extends Targeting, R>(
  { options, context, reason }: TargetRequest<O, T>,
  work: (target: Target<O, T>) => Promise<R>,
): Promise<R> {
  const { object, key, signal } = context;
  const { kubeConfig } = object.spec;
  if (!kubeConfig) {
    options.remote.forget(key);
    return work({ options, context });
  }
  options.applier.forget(key);
  const lease = await withReason(reason, () =>
    context.waiting(() => options.remote.connect({ kubeConfig, owner: key, signal })),
  );
  try {
    const { client, applier } = lease;
    return await work({
      options: { ...options, client, applier },
      context: { ...context, signal: AbortSignal.any([signal, lease.signal]) },
    });
  } catch (error) {
    throw error === lease.signal.reason ? reworded(error, reason) : error;
  } finally {
    lease.release();
  }
}

async function withReason<R>(reason: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw reworded(error, reason);
  }
}

/** Not terminal: other attempts can help, what is wrong may be in the Secret, the ConfigMap or the cluster. */
function reworded(error: unknown, reason: string): unknown {
  if (!(error instanceof FluxError)) return error;
  return new FluxError(error.code, error.message, {
    reason,
    cause: error,
    ...(error.hint ? { hint: error.hint } : {}),
  });
}
