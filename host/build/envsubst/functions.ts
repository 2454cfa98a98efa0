import { SubstitutionError } from './syntax.ts';
import { trimEnd, trimStart } from './trim.ts';

type Function = (value: string, args: readonly string[]) => string;

/** A default: the value unless it is empty. Flux treats `?` and `+` the same way. */
export const orDefault: Function = (value, args) => value || args.join('');

const functions: Readonly<Record<string, Function>> = {
  ',': (value) => first(value, lower),
  ',,': (value) => each(value, lower),
  '^': (value) => first(value, upper),
  '^^': (value) => each(value, upper),
  '#': (value, [pattern]) => (pattern === undefined ? length(value) : trimStart(value, pattern, 'shortest')),
  '##': (value, [pattern = '']) => trimStart(value, pattern, 'longest'),
  '%': (value, [pattern = '']) => trimEnd(value, pattern, 'shortest'),
  '%%': (value, [pattern = '']) => trimEnd(value, pattern, 'longest'),
  ':': substring,
  '/': (value, [pattern = '', replacement = '']) => value.replace(pattern, () => replacement),
  '//': replaceAll,
  '/#': (value, [pattern = '', replacement]) =>
    replacement !== undefined && value.startsWith(pattern)
      ? replacement + value.slice(pattern.length)
      : value,
  '/%': (value, [pattern = '', replacement]) =>
    replacement !== undefined && value.endsWith(pattern)
      ? value.slice(0, value.length - pattern.length) + replacement
      : value,
};

/** The function of an operator; an operator that is not known gives a default. */
export function functionOf(name: string): Function {
  return functions[name] ?? orDefault;
}

/** Bytes, not characters, as in Flux. */
function length(value: string): string {
  return String(Buffer.byteLength(value));
}

const upper = (character: string) => character.toUpperCase();
const lower = (character: string) => character.toLowerCase();

/** One character to one character, so that `ß` stays, as in Go. */
function mapped(character: string, map: (character: string) => string): string {
  const result = map(character);
  return [...result].length === 1 ? result : character;
}

function each(value: string, map: (character: string) => string): string {
  return Array.from(value, (character) => mapped(character, map)).join('');
}

function first(value: string, map: (character: string) => string): string {
  const [head = ''] = value;
  return mapped(head, map) + value.slice(head.length);
}

function replaceAll(value: string, [pattern = '', replacement = '']: readonly string[]): string {
  if (pattern === '') return `${replacement}${[...value].map((c) => c + replacement).join('')}`;
  return value.replaceAll(pattern, () => replacement);
}

/** Offsets count bytes, negative ones from the end; what is no number leaves the value as it is. */
function substring(value: string, args: readonly string[]): string {
  const bytes = Buffer.from(value);
  const offset = integer(args[0]);
  if (offset === undefined) return value;
  const start = offset < 0 ? Math.max(0, bytes.length + offset) : offset;
  if (args.length === 1) return bytes.subarray(start).toString();
  const count = integer(args[1]);
  if (count === undefined) return value;
  if (start + count < bytes.length && count < 0) throw new SubstitutionError('substring length is negative');
  return bytes.subarray(start, Math.min(start + count, bytes.length)).toString();
}

function integer(text = ''): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
