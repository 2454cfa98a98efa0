import { evaluateReadyExpr } from '../cel/ready-expr.ts';
import { FluxError } from '../errors/flux-error.ts';
import type { KubeObject } from '../kube/types.ts';
import { configured } from './kustomization/configuration-error.ts';

/**
 * Whether a dependency is ready by the `readyExpr` of the object that waits for it.
 * @throws FluxError with reason DependencyNotReady when the expression gives no answer yet; terminal for one that is wrong
 */
export function isReadyBy(
  readyExpr: string,
  objects: { readonly self: KubeObject; readonly dep: KubeObject },
  retryAfterMs: number,
): boolean {
  try {
    return configured(() => evaluateReadyExpr(readyExpr, objects));
  } catch (error) {
    if (!(error instanceof FluxError) || error.terminal) throw error;
    // Mostly a field that the dependency does not have yet.
    throw dependencyNotReady(error.message, retryAfterMs, error.hint);
  }
}

/** A dependency is not what it has to be; who waits for it is woken when it is, or looks again. */
export function dependencyNotReady(message: string, retryAfterMs: number, hint?: string): FluxError {
  return new FluxError('FLUX_E_DEPENDENCY', message, {
    reason: 'DependencyNotReady',
    retryAfterMs,
    ...(hint ? { hint } : {}),
  });
}
