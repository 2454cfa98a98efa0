import { SopsFault } from '../document/fault.ts';
import { flatText } from '../document/text.ts';
import { type Branch, isBranch, isComment, isList, type Value } from '../document/tree.ts';

interface Entry {
  value: string;
  comment: string;
}

/** Writes INI as the Go library `ini.v1` does: `=` aligned, a blank line between sections. */
export function emitIni(branches: readonly Branch[]): string {
  const sections = branches.flatMap(({ items }) =>
    items.flatMap(({ key, value }) => {
      if (isComment(key)) return [];
      if (!isBranch(value)) {
        throw new SopsFault('output', 'Error encoding section: Section values should always be TreeBranches');
      }
      return [{ name: key, ...entriesOf(value) }];
    }),
  );
  let text = '';
  for (const [index, { name, comment, entries }] of sections.entries()) {
    text += commentLines(comment, (line) => line);
    const isDefault = index === 0 && name.toUpperCase() === 'DEFAULT';
    if (isDefault && entries.size === 0) continue;
    if (!isDefault) text += `[${name}]\n`;
    const width = Math.max(0, ...[...entries.keys()].map(keyWidth));
    for (const [key, entry] of entries) {
      text += commentLines(entry.comment, (line) => line.trim());
      text += `${alignedKey(key, width)} = ${valueText(entry.value)}\n`;
    }
    if (index < sections.length - 1) text += '\n';
  }
  return text;
}

/** A section's comment comes first; any other belongs to the key before it. */
function entriesOf({ items }: Branch): { comment: string; entries: Map<string, Entry> } {
  const [first] = items;
  const own = first && isComment(first.key) ? first.key : undefined;
  const entries = new Map<string, Entry>();
  let last: Entry | undefined;
  for (const { key, value } of own ? items.slice(1) : items) {
    if (isComment(key)) {
      if (last) last.comment = key.text;
    } else {
      last = entries.get(key) ?? { value: '', comment: '' };
      last.value = scalarText(key, value);
      entries.set(key, last);
    }
  }
  return { comment: own?.text ?? '', entries };
}

function scalarText(key: string, value: Value): string {
  if (isBranch(value) || isList(value)) {
    throw new SopsFault('output', `INI has no nested values, but ${key} has one`);
  }
  return isComment(value) ? value.text : flatText(value);
}

function commentLines(comment: string, shape: (line: string) => string): string {
  if (comment === '') return '';
  const lines = comment.split('\n').map((line) => {
    return /^[#;]/.test(line) ? `${line[0]} ${line.slice(1).trim()}\n` : `; ${shape(line)}\n`;
  });
  return lines.join('');
}

const bytes = (text: string) => Buffer.byteLength(text);

function keyWidth(key: string): number {
  if (/["=:]/.test(key)) return bytes(key) + 2;
  return key.includes('`') ? bytes(key) + 6 : bytes(key);
}

function alignedKey(key: string, width: number): string {
  const quoted = /["=:]/.test(key) ? `\`${key}\`` : key.includes('`') ? `"""${key}"""` : key;
  return quoted + ' '.repeat(Math.max(0, width - bytes(quoted)));
}

function valueText(value: string): string {
  if (/[\n`]/.test(value)) return `"""${value}"""`;
  if (/[#;]/.test(value)) return `\`${value}\``;
  return value.trim().length === value.length ? value : `"${value}"`;
}
