import { FluxError } from '../errors/flux-error.ts';
import { formatApiVersion, parseApiVersion } from '../kube/object.ts';
import type { KubeObject } from '../kube/types.ts';
import { compileCel } from './compile.ts';
import { healthCheckRefused } from './errors.ts';
import type { CelProgram } from './types.ts';

/** Expressions over the top-level fields of an object; the first of inProgress, failed, current that is true counts. */
export interface HealthCheckExpressions {
  readonly current: string;
  readonly inProgress?: string;
  readonly failed?: string;
}

/** An item of `spec.healthCheckExprs`; without a kind it is for all kinds of the group that have none of their own. */
export interface HealthCheck extends HealthCheckExpressions {
  readonly apiVersion: string;
  readonly kind?: string;
}

export type EvaluatedStatus = 'Current' | 'InProgress' | 'Failed';

/** Judges an object by expressions. @throws FluxError FLUX_E_CEL_… when one that counts gives no boolean */
export type StatusEvaluator = (object: Readonly<Record<string, unknown>>) => EvaluatedStatus;

/** What custom health checks say of an object; undefined when none is for its kind. */
export type HealthReader = (
  object: KubeObject,
) => { readonly status: EvaluatedStatus | 'Unknown'; readonly message: string } | undefined;

/**
 * Compiles the custom health checks of an object's spec, as Flux's runtime/cel does. An expression that fails, mostly for a
 * field that is not there yet, gives `Unknown`: to be waited for until the timeout, when its message is told.
 * @returns undefined when there are none
 * @throws FluxError, terminal, with reason InvalidCELExpression
 */
export function compileHealthChecks(checks: readonly HealthCheck[] = []): HealthReader | undefined {
  if (checks.length === 0) return undefined;
  const evaluators = new Map<string, StatusEvaluator>();
  for (const [i, check] of checks.entries()) {
    const { group } = parseApiVersion(check.apiVersion);
    const id = groupKind(group, check.kind);
    if (evaluators.has(id)) {
      const name = check.kind && group ? `${check.kind}.${group}` : (check.kind ?? `.${group}`);
      throw healthCheckRefused(`duplicate custom health check for GroupKind ${name} at healthchecks[${i}]`);
    }
    const evaluator = within(`failed to create custom status evaluator for healthchecks[${i}]`, () =>
      compileStatusEvaluator(check),
    );
    evaluators.set(id, evaluator);
  }
  return (object) => {
    const { group } = parseApiVersion(object.apiVersion);
    // Flux asks its own rule for Jobs before any expression.
    if (group === 'batch' && object.kind === 'Job') return undefined;
    const evaluator = evaluators.get(groupKind(group, object.kind)) ?? evaluators.get(groupKind(group));
    return evaluator && read(evaluator, object);
  };
}

/** @throws FluxError, terminal, that names the expression that is missing or wrong */
export function compileStatusEvaluator(expressions: HealthCheckExpressions): StatusEvaluator {
  if (!expressions.current) throw healthCheckRefused('expression Current not specified');
  // In the order in which they are compiled upstream: the first that is wrong is told.
  const current = compileOne('Current', expressions.current);
  const failed = compileOne('Failed', expressions.failed);
  const inProgress = compileOne('InProgress', expressions.inProgress);
  return (object) => {
    if (isBehind(object)) return 'InProgress';
    if (inProgress?.evaluate(object)) return 'InProgress';
    if (failed?.evaluate(object)) return 'Failed';
    return current?.evaluate(object) ? 'Current' : 'InProgress';
  };
}

function compileOne(name: string, source: string | undefined): CelProgram<'bool'> | undefined {
  if (!source) return undefined;
  return within(`failed to parse the expression ${name}`, () =>
    compileCel(source, { variables: 'any', result: 'bool' }),
  );
}

/** Puts where it happened before the message of a refusal. */
function within<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw healthCheckRefused(`${where}: ${error.message}`, error);
  }
}

function read(evaluator: StatusEvaluator, object: KubeObject): ReturnType<HealthReader> {
  try {
    return { status: evaluator(object), message: '' };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    return { status: 'Unknown', message: error.message };
  }
}

/** Its controller has not seen the newest spec; a generation that is no integer is left to the expressions. */
function isBehind(object: Readonly<Record<string, unknown>>): boolean {
  const generation = integerIn(object['metadata'], 'generation');
  const observed = integerIn(object['status'], 'observedGeneration');
  return generation !== undefined && observed !== undefined && generation !== observed;
}

function integerIn(value: unknown, field: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
}

function groupKind(group: string, kind = ''): string {
  return formatApiVersion({ group, version: kind });
}
