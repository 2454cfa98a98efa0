import { SopsFault } from '../document/fault.ts';
import { type Branch, isBranch, isComment, isList, type Value } from '../document/tree.ts';

/** JSON indented with tabs, as SOPS and Go write it. Comments are left out. */
export function emitJson(branch: Branch): string {
  return `${valueText(branch, '\t')}\n`;
}

/** JSON without spaces. */
export function compactJson(value: Value): string {
  return valueText(value, '');
}

function valueText(value: Value, indent: string, margin = ''): string {
  const inner = margin + indent;
  const [start, between, end] = indent ? [`\n${inner}`, `,\n${inner}`, `\n${margin}`] : ['', ',', ''];
  if (isBranch(value)) {
    const members = value.items.flatMap(({ key, value: below }) =>
      isComment(key) ? [] : [`${textOf(key)}:${indent ? ' ' : ''}${valueText(below, indent, inner)}`],
    );
    return members.length === 0 ? '{}' : `{${start}${members.join(between)}${end}}`;
  }
  if (isList(value)) {
    const items = value.filter((item) => !isComment(item)).map((item) => valueText(item, indent, inner));
    return items.length === 0 ? '[]' : `[${start}${items.join(between)}${end}]`;
  }
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'number':
      if (!Number.isFinite(value)) throw new SopsFault('output', 'JSON has no infinity and no NaN');
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return textOf(value.text);
  }
}

/** Go escapes what is special in HTML, too. */
function textOf(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
