import { FluxError } from '../errors/flux-error.ts';

/** Stalls the object: only a change of it can help. */
const reason = 'InvalidCELExpression';

/** The expression cannot be read, uses unknown names, or mixes types; `details` has the position, worded as cel-go does. */
export function invalidExpression(source: string, details: string): FluxError {
  return new FluxError('FLUX_E_CEL_SYNTAX', `failed to parse the CEL expression '${source}': ${details}`, {
    reason,
    terminal: true,
    hint: 'correct the expression at the position that is marked',
  });
}

/** A call with constants fails whatever the variables are, e.g. `int('x')` or a regular expression that is none. */
export function impossibleExpression(source: string, details: string): FluxError {
  return new FluxError('FLUX_E_CEL_PROGRAM', `failed to create CEL program: ${details}`, {
    reason,
    terminal: true,
    hint: `correct the expression '${source}'`,
  });
}

/** The type of the expression is known, and not the one that is asked for. */
export function wrongOutputType(wanted: string, found: string): FluxError {
  return new FluxError(
    'FLUX_E_CEL_TYPE',
    `CEL expression output type mismatch: expected ${wanted}, got ${found}`,
    {
      reason,
      terminal: true,
      hint:
        found === 'dyn'
          ? `the type of a field is not known beforehand: compare it, or convert it with ${wanted}()`
          : `the expression has to give a ${wanted}`,
    },
  );
}

/** The expression gave no value. Whether it will depends on the object, so that it is worth another try. */
export function evaluationFailed(source: string, details: string): FluxError {
  return new FluxError(
    'FLUX_E_CEL_EVALUATION',
    `failed to evaluate the CEL expression '${source}': ${details}`,
    { hint: 'ask with has(field), or read an absent field with .?field.orValue(default)' },
  );
}

/** The value is of another type than the one that is asked for. */
export function wrongResult(source: string, wanted: string): FluxError {
  const name = wanted === 'bool' ? 'boolean' : wanted;
  return new FluxError('FLUX_E_CEL_RESULT', `failed to evaluate CEL expression as ${name}: '${source}'`, {
    hint: `the expression has to give a ${wanted}`,
  });
}

/** The value is no list of text. */
export function noStrings(source: string, details: string): FluxError {
  return new FluxError(
    'FLUX_E_CEL_RESULT',
    `failed to evaluate CEL expression '${source}' as []string: ${details}`,
    {
      hint: 'the expression has to give a list of strings',
    },
  );
}

/** The expression, its input or the work that it asks for is larger than allowed. */
export function overLimit(source: string, details: string): FluxError {
  const shown = source.length > 200 ? `${source.slice(0, 200)}…` : source;
  return new FluxError('FLUX_E_CEL_LIMIT', `the CEL expression '${shown}' is too expensive: ${details}`, {
    hint: 'shorten it, or loop over fewer items',
  });
}

/** A custom health check that cannot be used. */
export function healthCheckRefused(message: string, cause?: FluxError): FluxError {
  return new FluxError('FLUX_E_CEL_HEALTH_CHECK', message, {
    reason,
    terminal: true,
    hint: cause?.hint ?? 'give each group and kind one check, with an expression `current`',
    ...(cause ? { cause } : {}),
  });
}
