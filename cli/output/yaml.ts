import { isRecord } from '@flux-host/host/json.ts';
import { scalarText } from './yaml-scalar.ts';

/**
 * JSON data as YAML in the form of sigs.k8s.io/yaml: keys sorted, items of a list below their key without indentation.
 * Ends with a line break.
 */
export function toYaml(value: unknown): string {
  if (isRecord(value) && Object.keys(value).length > 0) return `${mapping(value, 0)}\n`;
  if (Array.isArray(value) && value.length > 0) return `${sequence(value, 0)}\n`;
  return `${inline(value, { indent: 0, column: 0 })}\n`;
}

function mapping(fields: Record<string, unknown>, indent: number): string {
  const margin = ' '.repeat(indent);
  return Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort(compareKeys)
    .map((key) => {
      const name = scalarText(key, { indent, column: indent, isKey: true });
      return `${margin}${name}:${below(fields[key], { indent, column: indent + name.length + 2 })}`;
    })
    .join('\n');
}

interface Place {
  readonly indent: number;
  readonly column: number;
}

/** What stands after the colon of a key. */
function below(value: unknown, { indent, column }: Place): string {
  if (Array.isArray(value) && value.length > 0) return `\n${sequence(value, indent)}`;
  if (isRecord(value) && Object.keys(value).length > 0) return `\n${mapping(value, indent + 2)}`;
  return ` ${inline(value, { indent: indent + 2, column })}`;
}

function sequence(items: readonly unknown[], indent: number): string {
  const margin = ' '.repeat(indent);
  return items
    .map((item) => {
      const inner = indent + 2;
      if (isRecord(item) && Object.keys(item).length > 0)
        return `${margin}- ${mapping(item, inner).slice(inner)}`;
      if (Array.isArray(item) && item.length > 0) return `${margin}- ${sequence(item, inner).slice(inner)}`;
      return `${margin}- ${inline(item, { indent: inner, column: inner })}`;
    })
    .join('\n');
}

function inline(value: unknown, place: Place): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return scalarText(value, { ...place, isKey: false });
  if (Array.isArray(value)) return '[]';
  return isRecord(value) ? '{}' : String(value);
}

const isLetter = (character: string): boolean => /\p{L}/u.test(character);
const isDigit = (character: string): boolean => /\p{Nd}/u.test(character);

/** go-yaml's order of keys: numbers in them by value, letters after everything else. */
export function compareKeys(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const [x = '', y = ''] = [a[at], b[at]];
    if (x === y) continue;
    if (isLetter(x) && isLetter(y)) return x < y ? -1 : 1;
    if (isLetter(x) || isLetter(y)) return isLetter(y) ? -1 : 1;
    // Zeros inside of a number count; at its beginning only the number of digits tells `01` from `1`.
    const carry = (x === '0' || y === '0') && insideNumber(a, at) ? 1 : 0;
    const [m, n] = [digitsAt(a, at), digitsAt(b, at)];
    const [valueM, valueN] = [Number(`${carry}${m}`), Number(`${carry}${n}`)];
    if (valueM !== valueN) return valueM < valueN ? -1 : 1;
    if (m.length !== n.length) return m.length - n.length;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** Whether digits before the position make a number other than zero. */
function insideNumber(characters: readonly string[], at: number): boolean {
  for (let index = at - 1; isDigit(characters[index] ?? ''); index -= 1) {
    if (characters[index] !== '0') return true;
  }
  return false;
}

function digitsAt(characters: readonly string[], at: number): string {
  let end = at;
  while (isDigit(characters[end] ?? '')) end += 1;
  return characters.slice(at, end).join('');
}
