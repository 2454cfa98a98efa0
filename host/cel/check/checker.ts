import { EvaluationFailure } from '../failure.ts';
import { clausesIn } from '../functions/format.ts';
import type { Bind, Call, Expression, Item, Logic, Loop, Select } from '../syntax/ast.ts';
import type { Issue } from '../syntax/position.ts';
import { walk } from '../syntax/walk.ts';
import type { CelValue } from '../types.ts';
import { typeNameOf, typeNames } from '../values/type-of.ts';
import { declarations } from './declarations.ts';
import { bool, dyn, error, formatType, sameType, type Type } from './types.ts';
import {
  areAssignable,
  type Bindings,
  formatArguments,
  isAssignable,
  mostGeneral,
  rename,
  substitute,
} from './unify.ts';

/** A declared variable: a google.protobuf.Struct, whose fields can be anything. */
const struct: Type = { kind: 'map', key: { kind: 'string' }, of: dyn };

/** A literal whose elements all have to be of one type, looked at when everything is known. */
interface Aggregate {
  readonly owner: Expression;
  readonly at: number;
  readonly wanted: Type;
  readonly found: Type;
}

/** What the checker knows at one place. */
interface Place {
  readonly checker: Checker;
  readonly locals: ReadonlyMap<string, Type>;
}

interface Checker {
  readonly variables: ReadonlySet<string>;
  readonly bindings: Bindings;
  readonly issues: Issue[];
  readonly aggregates: Aggregate[];
  /** Lists and maps that may mix types. */
  readonly exempt: Set<Expression>;
  names: number;
}

/** The type of an expression over declared variables, and everything that is wrong with it, worded as cel-go does. */
export function checkTypes(
  expression: Expression,
  variables: readonly string[],
): { type: Type; issues: readonly Issue[] } {
  const checker: Checker = {
    variables: new Set(variables),
    bindings: new Map(),
    issues: [],
    aggregates: [],
    exempt: new Set(),
    names: 0,
  };
  const type = substitute(check(expression, { checker, locals: new Map() }), checker.bindings, dyn);
  // cel-go validates literals only when the rest is right.
  if (checker.issues.length === 0) checkAggregates(checker);
  return { type, issues: checker.issues };
}

function check(expression: Expression, place: Place): Type {
  switch (expression.kind) {
    case 'literal':
      return literalType(expression.value);
    case 'identifier':
      return identifierType(expression.name, expression.at, place);
    case 'select':
      return selectType(expression, place);
    case 'call':
      return callType(expression, place);
    case 'list':
      return { kind: 'list', of: commonType(expression, expression.items, place) };
    case 'map': {
      const keys = expression.entries.map(({ key }) => ({ optional: false, value: key }));
      return {
        kind: 'map',
        key: commonType(expression, keys, place),
        of: commonType(expression, expression.entries, place),
      };
    }
    case 'logic':
      return logicType(expression, place);
    case 'loop':
      return loopType(expression, place);
    case 'bind':
      return bindType(expression, place);
  }
}

function report({ checker }: Place, at: number, message: string): Type {
  checker.issues.push({ at, message });
  return error;
}

function unknown({ checker }: Place): Type {
  checker.names += 1;
  return { kind: 'parameter', name: `?${checker.names}` };
}

function known(type: Type, { checker }: Place): Type {
  return substitute(type, checker.bindings);
}

function literalType(value: CelValue): Type {
  if (value === null) return { kind: 'null' };
  const name = typeNameOf(value);
  switch (name) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes':
      return { kind: name };
    default:
      return dyn;
  }
}

function identifierType(name: string, at: number, place: Place): Type {
  const local = place.locals.get(name);
  if (local) return local;
  if (place.checker.variables.has(name)) return struct;
  if (typeNames.has(name)) return { kind: 'type', of: dyn };
  return report(place, at, `undeclared reference to '${name}' (in container '')`);
}

function selectType(select: Select, place: Place): Type {
  if (typeNames.has(dottedName(select) ?? '')) return { kind: 'type', of: dyn };
  const operand = known(check(select.operand, place), place);
  const inner = operand.kind === 'optional_type' ? known(operand.of, place) : operand;
  const field = fieldType(inner, select, place);
  if (select.form === 'test') return bool;
  const optional = select.form === 'optional' || operand.kind === 'optional_type';
  return optional && field.kind !== 'error' ? { kind: 'optional_type', of: field } : field;
}

function fieldType(type: Type, { at }: Select, place: Place): Type {
  if (type.kind === 'map') return type.of;
  if (type.kind === 'dyn' || type.kind === 'error') return type;
  if (type.kind === 'parameter') {
    isAssignable(dyn, type, place.checker.bindings);
    return dyn;
  }
  return report(place, at, `type '${formatType(type)}' does not support field selection`);
}

function dottedName({ operand, field, form }: Select): string | undefined {
  if (form !== 'plain') return undefined;
  if (operand.kind === 'identifier') return `${operand.name}.${field}`;
  const prefix = operand.kind === 'select' ? dottedName(operand) : undefined;
  return prefix && `${prefix}.${field}`;
}

function callType(call: Call, place: Place): Type {
  const { name, member, args, at } = call;
  const found = args.map((arg) => known(check(arg, place), place));
  if (name === 'format') checkFormat(call, place.checker);
  const overloads = declarations.get(name);
  if (!overloads) return report(place, at, `undeclared reference to '${name}' (in container '')`);
  let result: Type | undefined;
  for (const overload of overloads) {
    if (overload.member !== member) continue;
    place.checker.names += 1;
    const suffix = `:${place.checker.names}`;
    const wanted = overload.args.map((type) => rename(type, suffix));
    if (!areAssignable(found, wanted, place.checker.bindings)) continue;
    const type = known(rename(overload.result, suffix), place);
    result = result === undefined || sameType(result, type) ? type : dyn;
  }
  if (result) return result;
  const applied = formatArguments(
    found.map((type) => substitute(type, place.checker.bindings, dyn)),
    member,
  );
  return report(place, at, `found no matching overload for '${name}' applied to '${applied}'`);
}

/** The type of a literal's elements. That they are all alike is checked at the end, but not for the list of `format`. */
function commonType(owner: Expression, items: readonly Item[], place: Place): Type {
  let common: Type | undefined;
  let first: Type | undefined;
  for (const { value, optional } of items) {
    const type = elementType(check(value, place), { value, optional }, place);
    if (first) place.checker.aggregates.push({ owner, at: value.at, wanted: first, found: type });
    first ??= type;
    if (!common) common = type;
    else common = isAssignable(common, type, place.checker.bindings) ? mostGeneral(common, type) : dyn;
  }
  return common ?? unknown(place);
}

function elementType(type: Type, { value, optional }: Item, place: Place): Type {
  if (!optional) return type;
  const inner = unknown(place);
  if (isAssignable(type, { kind: 'optional_type', of: inner }, place.checker.bindings))
    return known(inner, place);
  return report(place, value.at, `expected type 'optional_type' but found '${formatType(type)}'`);
}

/** Holds a literal template against a literal list of values. */
function checkFormat({ args, at }: Call, { exempt, issues }: Checker): void {
  const [template, values] = args;
  if (values?.kind !== 'list') return;
  for (const { expression } of walk(values)) exempt.add(expression);
  if (template?.kind !== 'literal' || typeof template.value !== 'string') return;
  try {
    const wanted = clausesIn(template.value);
    const given = values.items.length;
    if (given < wanted) issues.push({ at, message: `index ${given} out of range` });
    if (given > wanted) {
      issues.push({
        at,
        message: `too many arguments supplied to string.format (expected ${wanted}, got ${given})`,
      });
    }
  } catch (error) {
    if (!(error instanceof EvaluationFailure)) throw error;
    issues.push({ at, message: error.message });
  }
}

function checkAggregates({ aggregates, exempt, bindings, issues }: Checker): void {
  for (const { owner, at, wanted, found } of aggregates) {
    if (exempt.has(owner)) continue;
    const [a, b] = [substitute(wanted, bindings, dyn), substitute(found, bindings, dyn)];
    if (!sameType(a, b)) {
      issues.push({ at, message: `expected type '${formatType(a)}' but found '${formatType(b)}'` });
    }
  }
}

function expectBool(expression: Expression, place: Place): void {
  const type = known(check(expression, place), place);
  if (isAssignable(type, bool, place.checker.bindings)) return;
  report(place, expression.at, `expected type 'bool' but found '${formatType(type)}'`);
}

function logicType({ terms }: Logic, place: Place): Type {
  for (const term of terms) expectBool(term, place);
  return bool;
}

function loopType(loop: Loop, place: Place): Type {
  const range = known(check(loop.range, place), place);
  const item = itemType(range, loop.range.at, place);
  const inside = { ...place, locals: new Map(place.locals).set(loop.variable, item) };
  if (loop.condition) expectBool(loop.condition, inside);
  if (loop.form === 'map') return { kind: 'list', of: check(loop.body, inside) };
  expectBool(loop.body, inside);
  return loop.form === 'filter' ? { kind: 'list', of: item } : bool;
}

function itemType(range: Type, at: number, place: Place): Type {
  if (range.kind === 'list') return range.of;
  if (range.kind === 'map') return range.key;
  if (range.kind === 'dyn' || range.kind === 'error') return range;
  if (range.kind === 'parameter') {
    isAssignable(dyn, range, place.checker.bindings);
    return dyn;
  }
  const type = formatType(range);
  return report(
    place,
    at,
    `expression of type '${type}' cannot be range of a comprehension (must be list, map, or dynamic)`,
  );
}

function bindType({ target, variable, body, flat, at }: Bind, place: Place): Type {
  const found = known(check(target, place), place);
  const inner = unknown(place);
  if (!isAssignable(found, { kind: 'optional_type', of: inner }, place.checker.bindings)) {
    return report(
      place,
      at,
      `found no matching overload for 'hasValue' applied to '${formatType(found)}.()'`,
    );
  }
  const inside = { ...place, locals: new Map(place.locals).set(variable, known(inner, place)) };
  const result = known(check(body, inside), place);
  if (!flat) return { kind: 'optional_type', of: result };
  const wanted: Type = { kind: 'optional_type', of: unknown(place) };
  if (isAssignable(result, wanted, place.checker.bindings)) return mostGeneral(result, wanted);
  return report(place, body.at, `expected type 'optional_type' but found '${formatType(result)}'`);
}
