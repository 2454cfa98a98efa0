import { isNull, toBoolean, toNumber } from '@flux-host/host/build/yaml/scalars.ts';

/** Where a scalar stands. */
export interface Position {
  /** Spaces before continuation lines. */
  readonly indent: number;
  /** Column at which the scalar begins. */
  readonly column: number;
  /** Keys have to stay on one line. */
  readonly isKey: boolean;
}

/** Longer lines are folded at the next space. */
const bestWidth = 80;

/**
 * A string as go-yaml v2 (and so sigs.k8s.io/yaml, kubectl and Flux) writes it: plain where it can be, in double quotes when it would
 * be read as something else, in single quotes when it has indicators, as a literal block when it has lines.
 */
export function scalarText(value: string, position: Position): string {
  const style = styleOf(value, position.isKey);
  switch (style) {
    case 'literal':
      return literal(value, position.indent);
    case 'double':
      return doubleQuoted(value, position);
    case 'single':
      return `'${fold(value.replaceAll("'", "''"), { ...position, column: position.column + 1, inner: true })}'`;
    default:
      return fold(value, position);
  }
}

type Style = 'plain' | 'single' | 'double' | 'literal';

function styleOf(value: string, isKey: boolean): Style {
  const unprintable =
    /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(value) || / \n/.test(value);
  if (value.includes('\n')) {
    return !isKey && !unprintable && !value.endsWith(' ') ? 'literal' : 'double';
  }
  if (isOtherType(value) || unprintable) return 'double';
  return hasIndicator(value) || /^ | $|[\u2028\u2029]/.test(value) ? 'single' : 'plain';
}

/** Whether a reader of YAML 1.1 would take the plain text for something else than a string. */
function isOtherType(value: string): boolean {
  return (
    isNull(value) ||
    toBoolean(value) !== undefined ||
    toNumber(value) !== undefined ||
    /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(value) ||
    isTimestamp(value)
  );
}

function isTimestamp(value: string): boolean {
  return (
    /^\d{4}-\d{1,2}-\d{1,2}$/.test(value) ||
    /^\d{4}-\d{1,2}-\d{1,2}([Tt]| )\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.test(value)
  );
}

function hasIndicator(value: string): boolean {
  return (
    /^(---|\.\.\.)/.test(value) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(value) ||
    /^[?:-](\s|$)/.test(value) ||
    /:(\s|$)/.test(value) ||
    /\s#/.test(value)
  );
}

function literal(value: string, indent: number): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = /[^\n]\n$/.test(value) ? '' : value.endsWith('\n') ? '+' : '-';
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const lines = body.split('\n').map((line) => (line ? ' '.repeat(indent) + line : ''));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}

/** Breaks a long text at single spaces. `inner` spares the first and the last character of a quoted text. */
function fold(text: string, { indent, column, isKey, inner }: Position & { inner?: boolean }): string {
  if (isKey) return text;
  let result = '';
  let at = column;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const breakable =
      character === ' ' && text[index - 1] !== ' ' && text[index + 1] !== ' ' && at > bestWidth;
    if (breakable && !(inner && (index === 0 || index === text.length - 1))) {
      result += `\n${' '.repeat(indent)}`;
      at = indent;
    } else {
      result += character;
      at += 1;
    }
  }
  return result;
}

const escapes = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function escaped(character: string): string {
  const known = escapes.get(character);
  if (known) return known;
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xfffd && code !== 0xfeff)) return character;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function doubleQuoted(value: string, { indent, column, isKey }: Position): string {
  const characters = [...value];
  let result = '"';
  let at = column + 1;
  for (const [index, character] of characters.entries()) {
    const isInner = index > 0 && index < characters.length - 1;
    if (!isKey && character === ' ' && characters[index - 1] !== ' ' && at > bestWidth && isInner) {
      result += `\n${' '.repeat(indent)}${characters[index + 1] === ' ' ? '\\' : ''}`;
      at = indent;
      continue;
    }
    const text = escaped(character);
    result += text;
    at += text.length;
  }
  return `${result}"`;
}
