import { FluxError } from '../errors/flux-error.ts';
import type { KubeObject } from '../kube/types.ts';
import { compileCel } from './compile.ts';

/**
 * `dependsOn[].readyExpr`: whether a dependency is ready in the eyes of the one that waits for it.
 * @param objects `self` waits for `dep`
 * @throws FluxError, terminal, with reason InvalidCELExpression when the expression is wrong; one without a reason when it gives
 * no boolean for these objects
 */
export function evaluateReadyExpr(
  expression: string,
  objects: { self: KubeObject; dep: KubeObject },
): boolean {
  return compileReadyExpr(expression, objects.dep.metadata.name).evaluate(objects);
}

function compileReadyExpr(expression: string, dependency: string) {
  try {
    return compileCel(expression, { variables: ['self', 'dep'], result: 'bool' });
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { code, message, reason = 'InvalidCELExpression', hint } = error;
    throw new FluxError(code, `terminal error: failed to evaluate dependency ${dependency}: ${message}`, {
      reason,
      terminal: true,
      ...(hint ? { hint } : {}),
    });
  }
}
