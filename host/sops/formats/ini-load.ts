import { SopsFault } from '../document/fault.ts';
import { type Branch, branchOf, commentOf, type Item } from '../document/tree.ts';

interface Section {
  readonly name: string;
  comment: string;
  readonly keys: Map<string, { value: string; comment: string }>;
}

/** Lines that are still to be read. */
interface Lines {
  next(): string | undefined;
}

/** Reads INI as the Go library `ini.v1` does, which is what SOPS uses: sections may come twice, comments belong to what follows. */
export function loadIni(text: string): Branch {
  const sections = sectionsOf(text.replace(/^\uFEFF/, ''));
  return branchOf(
    sections.map(({ name, comment, keys }): Item => {
      const items = [...keys].flatMap(([key, { value, comment: own }]): Item[] => [
        { key, value },
        ...commentItem(own),
      ]);
      return { key: name, value: branchOf([...commentItem(comment), ...items]) };
    }),
  );
}

function commentItem(comment: string): Item[] {
  if (comment === '') return [];
  const text = comment.startsWith(';') ? comment.replace(/^[; ]+/, '') : comment.replace(/^[# ]+/, '');
  return [{ key: commentOf(text), value: null }];
}

function sectionsOf(text: string): Section[] {
  const lines = linesOf(text);
  let section: Section = { name: 'DEFAULT', comment: '', keys: new Map() };
  const sections = [section];
  let comment = '';
  let count = 1;
  for (let full = lines.next(); full !== undefined; full = lines.next()) {
    const line = full.replace(/^\s+/, '');
    if (line === '') continue;
    if (line.startsWith('#') || line.startsWith(';')) {
      comment += line;
    } else if (line.startsWith('[')) {
      const end = line.lastIndexOf(']');
      if (end < 0) throw new SopsFault('format', 'unclosed section');
      if (end === 1) throw new SopsFault('format', 'empty section name');
      comment += inlineComment(line.slice(end + 1));
      section = { name: line.slice(1, end), comment: comment.trim(), keys: new Map() };
      sections.push(section);
      comment = '';
      count = 1;
    } else {
      const { name, rest } = keyOf(line);
      const { value, comment: own } = readValue(rest, lines);
      const key = name === '-' ? `#${count++}` : name;
      if (key === '') throw new SopsFault('format', 'empty key name');
      section.keys.set(key, { value, comment: (comment + own).trim() });
      comment = '';
    }
  }
  return sections;
}

function linesOf(text: string): Lines {
  let at = 0;
  return {
    next() {
      if (at >= text.length) return undefined;
      const end = text.indexOf('\n', at);
      const line = text.slice(at, end < 0 ? text.length : end + 1);
      at += line.length;
      return line;
    },
  };
}

const inlineComment = (text: string): string => /[#;][\s\S]*/.exec(text)?.[0] ?? '';

function keyOf(line: string): { name: string; rest: string } {
  const quote = line.length > 6 && line.startsWith('"""') ? '"""' : /^["`]/.exec(line)?.[0];
  if (quote) {
    const close = line.indexOf(quote, quote.length);
    const delimiter = close < 0 ? -1 : line.slice(close + quote.length).search(/[=:]/);
    if (delimiter < 0) throw new SopsFault('format', 'a quoted key does not end, or has no value');
    return {
      name: line.slice(quote.length, close).trim(),
      rest: line.slice(close + quote.length + delimiter + 1),
    };
  }
  const at = line.search(/[=:]/);
  if (at < 0) throw new SopsFault('format', 'key-value delimiter not found');
  if (at === 0) throw new SopsFault('format', 'empty key name');
  return { name: line.slice(0, at).trim(), rest: line.slice(at + 1) };
}

interface Read {
  readonly value: string;
  readonly comment: string;
}

function readValue(rest: string, lines: Lines): Read {
  const line = rest.replace(/^\s+/, '');
  if (line === '') return { value: '', comment: '' };
  const quote = line.length > 3 && line.startsWith('"""') ? '"""' : line.startsWith('`') ? '`' : undefined;
  if (quote) {
    const close = line.lastIndexOf(quote);
    if (close >= quote.length) return { value: line.slice(quote.length, close), comment: '' };
    return severalLines(line.slice(quote.length), quote, lines);
  }
  const trimmed = line.trim();
  if (trimmed.endsWith('\\')) return { value: continued(trimmed.slice(0, -1), lines), comment: '' };
  const comment = inlineComment(trimmed);
  const value = trimmed.slice(0, trimmed.length - comment.length).trim();
  return { value: unquoted(value), comment };
}

function severalLines(start: string, quote: string, lines: Lines): Read {
  let value = start;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const close = line.lastIndexOf(quote);
    if (close < 0) value += line;
    else if (
      line
        .slice(close + quote.length)
        .trim()
        .endsWith('\\')
    )
      value += line;
    else return { value: value + line.slice(0, close), comment: inlineComment(line.slice(close)).trim() };
  }
  throw new SopsFault('format', 'missing closing key quote');
}

function continued(start: string, lines: Lines): string {
  let value = start;
  for (let line = lines.next()?.trim(); line; line = lines.next()?.trim()) {
    value += line;
    if (!value.endsWith('\\')) break;
    value = value.slice(0, -1);
  }
  return value;
}

function unquoted(value: string): string {
  const [quote] = value;
  const isQuoted =
    (quote === '"' || quote === "'") && value.length >= 2 && value.indexOf(quote, 1) === value.length - 1;
  return isQuoted ? value.slice(1, -1) : value;
}
