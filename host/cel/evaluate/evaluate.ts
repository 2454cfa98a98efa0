import type { Budget } from '../budget.ts';
import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import { functions } from '../functions/index.ts';
import { unsuitable } from '../functions/types.ts';
import type { Bind, Call, Expression, Logic, Select } from '../syntax/ast.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from '../values/map.ts';
import { CelType, Optional } from '../values/scalars.ts';
import { typeNames } from '../values/type-of.ts';
import { access, accessOptional, hasField } from './access.ts';
import { evaluateLoop } from './loops.ts';
import { negate, operators } from './operators.ts';
import { orAbsorb } from './outcome.ts';

const bare = noSuchOverload().message;

/** Where names are looked up while a (part of an) expression is evaluated. */
export interface Scope {
  readonly budget: Budget;
  /** Undefined when there is no such variable. */
  lookup(name: string): CelValue | undefined;
}

/** A scope with one more variable, that of a loop. */
export function withVariable(scope: Scope, variable: string, value: CelValue): Scope {
  return {
    budget: scope.budget,
    lookup: (name) => (name === variable ? value : scope.lookup(name)),
  };
}

/** @throws EvaluationFailure when the expression has no value, LimitReached when it asks for too much */
export function evaluate(expression: Expression, scope: Scope): CelValue {
  scope.budget.charge(1);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'identifier':
      return identify(expression.name, scope);
    case 'select':
      return evaluateSelect(expression, scope);
    case 'call':
      return evaluateCall(expression, scope);
    case 'list':
      return evaluateList(expression, scope);
    case 'map':
      return evaluateMap(expression, scope);
    case 'logic':
      return evaluateLogic(expression, scope);
    case 'loop':
      return evaluateLoop(expression, scope);
    case 'bind':
      return evaluateBind(expression, scope);
  }
}

function identify(name: string, scope: Scope): CelValue {
  const value = resolve(name, scope);
  return value === undefined ? missing(name) : value;
}

/** A variable, else a type; null is a value. */
function resolve(name: string, scope: Scope): CelValue | undefined {
  const value = scope.lookup(name);
  return value === undefined && typeNames.has(name) ? new CelType(name) : value;
}

function missing(path: string): never {
  throw new EvaluationFailure(`no such attribute(s): ${path}`);
}

function evaluateSelect(select: Select, scope: Scope): CelValue {
  const operand = evaluateOperand(select, scope);
  if (operand instanceof CelType && operand.name === fullPath(select)) return operand;
  switch (select.form) {
    case 'plain':
      return access(operand, select.field);
    case 'optional':
      return accessOptional(operand, select.field);
    case 'test':
      return hasField(operand, select.field);
  }
}

/** The operand of a selection. A name with dots is one name to CEL: all of it is told when its first part is missing. */
function evaluateOperand(select: Select, scope: Scope): CelValue {
  const path = fullPath(select);
  if (path === undefined) return evaluate(select.operand, scope);
  const [root = ''] = path.split('.', 1);
  if (resolve(root, scope) !== undefined) return evaluate(select.operand, scope);
  return typeNames.has(path) ? new CelType(path) : missing(path);
}

function fullPath({ operand, field }: Select): string | undefined {
  if (operand.kind === 'identifier') return `${operand.name}.${field}`;
  const prefix = operand.kind === 'select' && operand.form !== 'test' ? fullPath(operand) : undefined;
  return prefix && `${prefix}.${field}`;
}

function evaluateCall({ name, args }: Call, scope: Scope): CelValue {
  const [first, second, third] = args;
  if (name === '_?_:_' && first && second && third) {
    const condition = evaluate(first, scope);
    if (typeof condition !== 'boolean') throw noSuchOverload();
    return evaluate(condition ? second : third, scope);
  }
  if ((name === '_[_]' || name === '_[?_]') && first && second) {
    const operand = evaluate(first, scope);
    // The key of what is absent is not looked at.
    if (operand instanceof Optional && operand.value === undefined) return operand;
    const key = evaluate(second, scope);
    return name === '_[_]' ? access(operand, key) : accessOptional(operand, key);
  }
  const short = functions.lazy.get(name);
  if (short && first && second) return short(evaluate(first, scope), () => evaluate(second, scope));
  const values = args.map((arg) => evaluate(arg, scope));
  const [left = null, right = null] = values;
  if (name === '!_') {
    if (typeof left !== 'boolean') throw noSuchOverload();
    return !left;
  }
  if (name === '-_') return negate(left);
  const operator = operators.get(name);
  if (operator && values.length === 2) return operator({ left, right, budget: scope.budget });
  const call = functions.eager.get(name);
  if (!call) throw noSuchOverload(name);
  try {
    return call(values, scope.budget);
  } catch (error) {
    // Told with the types: what a field really holds is mostly the surprise.
    throw error instanceof EvaluationFailure && error.message === bare ? unsuitable(name, values) : error;
  }
}

function evaluateList({ items }: Expression & { kind: 'list' }, scope: Scope): CelValue {
  return items.flatMap(({ optional, value }) => {
    const result = evaluate(value, scope);
    // Wrapped, so that a list as an element stays one.
    if (!optional) return [result];
    const inner = unwrap(result, 'list element');
    return inner === undefined ? [] : [inner];
  });
}

function evaluateMap({ entries }: Expression & { kind: 'map' }, scope: Scope): CelValue {
  const map = new CelMap();
  for (const entry of entries) {
    const key = evaluate(entry.key, scope);
    const result = evaluate(entry.value, scope);
    const value = entry.optional ? unwrap(result, 'map entry') : result;
    if (value !== undefined && !map.set(key, value)) throw new EvaluationFailure('unsupported key type');
  }
  return map;
}

function unwrap(value: CelValue, what: string): CelValue | undefined {
  if (value instanceof Optional) return value.value;
  throw new EvaluationFailure(`cannot initialize optional ${what} from non-optional value`);
}

/** One operand that decides outweighs errors of the others, whatever their order. */
function evaluateLogic({ operator, terms }: Logic, scope: Scope): CelValue {
  const decisive = operator === '||';
  let failure: EvaluationFailure | undefined;
  for (const term of terms) {
    const value = orAbsorb(() => evaluate(term, scope));
    if (value === decisive) return decisive;
    if (value instanceof EvaluationFailure) failure ??= value;
    else if (typeof value !== 'boolean') failure ??= noSuchOverload();
  }
  if (failure) throw failure;
  return !decisive;
}

function evaluateBind({ target, variable, body, flat }: Bind, scope: Scope): CelValue {
  const optional = evaluate(target, scope);
  if (!(optional instanceof Optional)) throw unsuitable('hasValue', [optional]);
  if (optional.value === undefined) return Optional.none;
  const result = evaluate(body, withVariable(scope, variable, optional.value));
  return flat ? result : new Optional(result);
}
