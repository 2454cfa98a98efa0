import { SopsFault } from '../document/fault.ts';
import { flatText } from '../document/text.ts';
import {
  type Branch,
  branchOf,
  commentOf,
  type Item,
  isBranch,
  isComment,
  isList,
} from '../document/tree.ts';

/** `NAME=value` lines and `#` comments; `\n` in a value is a line feed. */
export function loadDotenv(text: string): Branch {
  const items = text.split('\n').flatMap((line, index): Item[] => {
    if (line === '') return [];
    if (line.startsWith('#')) return [{ key: commentOf(line.slice(1)), value: null }];
    const at = line.indexOf('=');
    if (at < 0) throw new SopsFault('format', `invalid dotenv input line: line ${index + 1} has no "="`);
    return [{ key: line.slice(0, at), value: line.slice(at + 1).replaceAll('\\n', '\n') }];
  });
  return branchOf(items);
}

export function emitDotenv({ items }: Branch): string {
  const lines = items.map(({ key, value }) => {
    if (isComment(key)) return `#${key.text}\n`;
    if (isList(value) || isBranch(value)) {
      throw new SopsFault('output', `cannot use complex value in dotenv file; offending key ${key}`);
    }
    if (isComment(value)) return `${key}=${value.text}\n`;
    return `${key}=${typeof value === 'string' ? value.replaceAll('\n', '\\n') : flatText(value)}\n`;
  });
  return lines.join('');
}
