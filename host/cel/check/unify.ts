import { dyn, formatType, sameType, type Type } from './types.ts';

/** What is known of type parameters so far. */
export type Bindings = Map<string, Type>;

/**
 * Whether a value of the type fits a parameter of the type; learns the parameters in both on the way, by the rules of
 * cel-go's checker: `dyn` fits everywhere, and of two types that fit a parameter the more general one is kept.
 */
export function isAssignable(value: Type, wanted: Type, bindings: Bindings): boolean {
  const from = resolve(value, bindings);
  const to = resolve(wanted, bindings);
  if (wanted.kind === 'parameter') return bind(from, wanted, bindings);
  if (from.kind === 'parameter') return bind(to, from, bindings);
  if (isWild(from) || isWild(to)) return true;
  if (from.kind === 'null') return acceptsNull.has(to.kind);
  if (from.kind === 'map' && to.kind === 'map') {
    return isAssignable(from.key, to.key, bindings) && isAssignable(from.of, to.of, bindings);
  }
  if (from.kind === 'type') return to.kind === 'type';
  if (from.kind === 'list' || from.kind === 'optional_type') {
    return to.kind === from.kind && isAssignable(from.of, to.of, bindings);
  }
  return from.kind === to.kind;
}

const acceptsNull: ReadonlySet<Type['kind']> = new Set([
  'null',
  'optional_type',
  'google.protobuf.Duration',
  'google.protobuf.Timestamp',
]);

/** All or none: nothing is learnt when one does not fit. */
export function areAssignable(values: readonly Type[], wanted: readonly Type[], bindings: Bindings): boolean {
  if (values.length !== wanted.length) return false;
  const trial: Bindings = new Map(bindings);
  const fits = values.every((value, i) => isAssignable(value, wanted[i] ?? dyn, trial));
  if (fits) for (const [name, type] of trial) bindings.set(name, type);
  return fits;
}

function bind(type: Type, parameter: Type & { kind: 'parameter' }, bindings: Bindings): boolean {
  if (sameType(type, parameter)) return true;
  const known = bindings.get(parameter.name);
  if (!known) {
    if (refersTo(type, parameter.name, bindings)) return false;
    bindings.set(parameter.name, type);
    return true;
  }
  if (sameType(type, known)) return true;
  if (!isAssignable(type, known, bindings)) return false;
  const general = mostGeneral(type, known);
  if (!refersTo(general, parameter.name, bindings)) bindings.set(parameter.name, general);
  return true;
}

function isWild({ kind }: Type): boolean {
  return kind === 'dyn' || kind === 'error';
}

/** The one that says less of the value. */
export function mostGeneral(a: Type, b: Type): Type {
  return saysLess(a, b) ? a : b;
}

function saysLess(a: Type, b: Type): boolean {
  if (isWild(a) || a.kind === 'parameter') return true;
  if (isWild(b) || b.kind === 'parameter') return false;
  if (a.kind === 'map' && b.kind === 'map') return saysLess(a.key, b.key) && saysLess(a.of, b.of);
  if ('of' in a && 'of' in b) return a.kind === b.kind && saysLess(a.of, b.of);
  return a.kind === b.kind;
}

function refersTo(type: Type, name: string, bindings: Bindings): boolean {
  if (type.kind === 'parameter') {
    if (type.name === name) return true;
    const known = bindings.get(type.name);
    return known !== undefined && refersTo(known, name, bindings);
  }
  if (type.kind === 'map' && refersTo(type.key, name, bindings)) return true;
  return 'of' in type && refersTo(type.of, name, bindings);
}

/** Follows a parameter to what is known of it; its insides stay as they are. */
function resolve(type: Type, bindings: Bindings): Type {
  let current = type;
  while (current.kind === 'parameter') {
    const known = bindings.get(current.name);
    if (!known) break;
    current = known;
  }
  return current;
}

/** The type with all that is known filled in. @param open what an unknown parameter becomes; itself when left out */
export function substitute(type: Type, bindings: Bindings, open?: Type): Type {
  const found = resolve(type, bindings);
  if (found.kind === 'parameter') return open ?? found;
  if (found.kind === 'map') {
    const { key, of } = found;
    return { kind: 'map', key: substitute(key, bindings, open), of: substitute(of, bindings, open) };
  }
  return 'of' in found ? { ...found, of: substitute(found.of, bindings, open) } : found;
}

/** The same type with parameters of its own, so that two calls do not share theirs. */
export function rename(type: Type, suffix: string): Type {
  if (type.kind === 'parameter') return { kind: 'parameter', name: `${type.name}${suffix}` };
  if (type.kind === 'map') return { kind: 'map', key: rename(type.key, suffix), of: rename(type.of, suffix) };
  return 'of' in type ? { ...type, of: rename(type.of, suffix) } : type;
}

/** `(int, string)`, or `int.(string)` for a method. */
export function formatArguments(args: readonly Type[], member: boolean): string {
  const [target, ...rest] = args.map(formatType);
  return member ? `${target}.(${rest.join(', ')})` : `(${args.map(formatType).join(', ')})`;
}
