import type { Budget } from '../budget.ts';
import { EvaluationFailure } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { compareText } from '../values/compare.ts';
import { CelMap } from '../values/map.ts';
import { CelType, Duration, Timestamp, Uint } from '../values/scalars.ts';
import { isList, typeNameOf } from '../values/type-of.ts';
import { plain } from './numbers.ts';
import { formatDuration, formatTimestamp } from './time-text.ts';
import { type CelFunction, unsuitable } from './types.ts';

/** Decimals that JavaScript can print. */
const maxPrecision = 100;

/** `template.format(list)` of cel-go's `ext.Strings`: `%s %d %f %e %b %o %x %X`, `%%`, and `.n` for decimals. */
export const format: CelFunction = (args, budget) => {
  const [template = null, values = null] = args;
  if (args.length !== 2 || typeof template !== 'string' || !isList(values)) throw unsuitable('format', args);
  budget.charge(template.length);
  let next = 0;
  return template.replaceAll(clauses, (clause: string, precision?: string, verb?: string) => {
    if (clause === '%%') return '%';
    const write = verbOf(verb);
    const digits = precisionOf(precision);
    const value = values[next];
    if (value === undefined) throw new EvaluationFailure(`index ${next} out of range`);
    next += 1;
    const text = write(value, digits, budget);
    budget.chargeBytes(text.length);
    return text;
  });
};

const clauses = /%(?:%|(\.\d*)?(.?))/gsu;

/**
 * How many values a template takes.
 * @throws EvaluationFailure when one of its clauses is none
 */
export function clausesIn(template: string): number {
  const taken = [...template.matchAll(clauses)].filter(([clause]) => clause !== '%%');
  for (const [, precision, verb] of taken) {
    verbOf(verb);
    precisionOf(precision);
  }
  return taken.length;
}

function verbOf(verb: string | undefined): Verb {
  if (!verb) throw new EvaluationFailure('unexpected end of string');
  const found = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!found) throw badClause(`unrecognized formatting clause "${verb}"`);
  return found;
}

function precisionOf(precision: string | undefined): number {
  if (precision === undefined) return 6;
  const digits = Number(precision.slice(1));
  if (precision.length > 1 && digits <= maxPrecision) return digits;
  throw badClause(
    `error while parsing precision: "${precision}" is not a number of decimals up to ${maxPrecision}`,
  );
}

function badClause(details: string): EvaluationFailure {
  return new EvaluationFailure(`could not parse formatting clause: ${details}`);
}

type Verb = (value: CelValue, digits: number, budget: Budget) => string;

const verbs: Readonly<Record<string, Verb>> = {
  s: (value, _, budget) => textOf(value, budget),
  d: (value) =>
    integer(value) ??
    special(value) ??
    refuse('decimal clause can only be used on ints, uints, and doubles', value),
  f: (value, digits) =>
    real(value, (number) => fixed(number, digits)) ??
    refuse('fixed-point clause can only be used on ints, uints, and doubles', value),
  e: (value, digits) =>
    real(value, (number) => exponent(number, digits)) ??
    refuse('scientific clause can only be used on ints, uints, and doubles', value),
  b: (value) =>
    radix(typeof value === 'boolean' ? BigInt(value) : value, 2) ??
    refuse('only ints, uints, and bools can be formatted as binary', value),
  o: (value) => radix(value, 8) ?? refuse('octal clause can only be used on ints and uints', value),
  x: hex,
  X: (value, digits, budget) => hex(value, digits, budget).toUpperCase(),
};

function refuse(rule: string, value: CelValue): never {
  throw new EvaluationFailure(`error during formatting: ${rule}, was given ${typeNameOf(value)}`);
}

function integer(value: CelValue): string | undefined {
  if (value instanceof Uint) return String(value.value);
  return typeof value === 'bigint' ? String(value) : undefined;
}

function special(value: CelValue): string | undefined {
  if (typeof value !== 'number') return undefined;
  return Number.isFinite(value) ? plain(value) : String(value);
}

function real(value: CelValue, write: (number: number) => string): string | undefined {
  const number =
    value instanceof Uint ? Number(value.value) : typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  return Number.isFinite(number) ? write(number) : String(number);
}

/** Where a double lies exactly between two decimals Go takes the even one, JavaScript the larger. */
function fixed(number: number, digits: number): string {
  const size = Math.abs(number);
  const text = size < 1e21 ? size.toFixed(digits) : decimals(plain(size), digits);
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  return sign + (isTie(size, digits) ? toEven(size, text, digits) : text);
}

function decimals(text: string, digits: number): string {
  return digits > 0 ? `${text}.${'0'.repeat(digits)}` : text;
}

function isTie(size: number, digits: number): boolean {
  return (
    size < 2 ** 52 && Number.isInteger(size * 2 ** (digits + 1)) && !Number.isInteger(size * 2 ** digits)
  );
}

function toEven(size: number, rounded: string, digits: number): string {
  const truncated = size
    .toFixed(Math.min(maxPrecision, digits + 1))
    .slice(0, -1)
    .replace(/\.$/, '');
  return /[02468]$/.test(truncated) ? truncated : rounded;
}

function exponent(number: number, digits: number): string {
  const [mantissa = '', power = '0'] = number.toExponential(digits).split('e');
  const size = String(Math.abs(Number(power))).padStart(2, '0');
  return `${Object.is(number, -0) ? '-' : ''}${mantissa}e${Number(power) < 0 ? '-' : '+'}${size}`;
}

function radix(value: CelValue, base: number): string | undefined {
  if (value instanceof Uint) return value.value.toString(base);
  return typeof value === 'bigint' ? value.toString(base) : undefined;
}

function hex(value: CelValue, _: number, budget: Budget): string {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  if (!(bytes instanceof Uint8Array)) {
    return radix(value, 16) ?? refuse('only ints, uints, bytes, and strings can be formatted as hex', value);
  }
  budget.chargeBytes(bytes.length * 2);
  return Buffer.from(bytes).toString('hex');
}

/** `%s`, which also writes lists and maps: these without quotes, maps in the order of their keys. */
function textOf(value: CelValue, budget: Budget): string {
  budget.charge(1);
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  const number = integer(value) ?? special(value);
  if (number !== undefined) return number;
  if (isList(value)) return `[${value.map((item) => textOf(item, budget)).join(', ')}]`;
  if (value instanceof CelMap) {
    const entries = [...value.entries()].map(
      ([key, item]) => [textOf(key, budget), textOf(item, budget)] as const,
    );
    const sorted = entries.toSorted(([a], [b]) => compareText(a, b));
    return `{${sorted.map(([key, item]) => `${key}: ${item}`).join(', ')}}`;
  }
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof CelType) return value.name;
  return refuse(
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    value,
  );
}
