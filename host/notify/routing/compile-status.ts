import { compileCel } from '../../cel/compile.ts';
import type { CelProgram } from '../../cel/types.ts';
import { Lru } from '../../lru.ts';

const compiled = new Lru<CelProgram<'string'>>(200);

/** Compiles a `commitStatusExpr`; those that were used lately are remembered. @throws FluxError FLUX_E_CEL_… */
export function compileStatus(expression: string): CelProgram<'string'> {
  const known = compiled.get(expression);
  if (known) return known;
  const program = compileCel(expression, { variables: ['event', 'alert', 'provider'], result: 'string' });
  compiled.set(expression, program);
  return program;
}
