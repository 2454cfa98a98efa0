import { isRecord } from '@flux-host/host/json.ts';
import { diffLines } from 'diff';
import { sideBySide } from './layout.ts';
import { neatYaml } from './neat.ts';
import { type Detail, type Difference, pathText } from './types.ts';

/** Columns where nothing is known of the terminal. */
const defaultWidth = 80;

/** Differences for people, in dyff's form, which `flux diff` prints: each with a blank line before it, and one after all. */
export function humanReport(differences: readonly Difference[], width = defaultWidth): string {
  const parts = differences.map(({ path, details }) => {
    const blocks = details.map((detail) => block(detail, width));
    return `\n${pathText(path)}\n${sideBySide(blocks, { width })}`;
  });
  return `${parts.join('')}\n`;
}

/** A block ends with a line break: so do the lines of dyff that scripts may know. */
function block(detail: Detail, width: number): string {
  switch (detail.kind) {
    case 'added':
      return `+ ${counted(detail.value)} added:\n${yamlBlock(detail.value, width, 2)}`;
    case 'removed':
      return `- ${counted(detail.value)} removed:\n${yamlBlock(detail.value, width, 0)}`;
    case 'reordered':
      return `⇆ order changed\n${reordered(detail.from, detail.to, width)}`;
    case 'changed':
      return changed(detail.from, detail.to, width);
  }
}

/** What was added is indented, what was removed is not. */
function yamlBlock(value: unknown, width: number, indent: number): string {
  return sideBySide([`${neatYaml(value)}\n`], { width, indent });
}

function counted(value: object): string {
  const [count, one, many] = Array.isArray(value)
    ? [value.length, 'list entry', 'list entries']
    : [Object.keys(value).length, 'map entry', 'map entries'];
  return `${numeral(count)} ${count === 1 ? one : many}`;
}

const numerals = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

function numeral(count: number): string {
  return numerals[count] ?? String(count);
}

function reordered(from: readonly string[], to: readonly string[], width: number): string {
  const [before, after] = [from.join(', '), to.join(', ')];
  if (Math.max(before.length, after.length) < width / 2) return `- ${before}\n+ ${after}\n`;
  return sideBySide([from.join('\n'), to.join('\n')], { gap: ' ', indent: 2 });
}

function changed(from: unknown, to: unknown, width: number): string {
  if (typeof from === 'string' && typeof to === 'string') return changedText(from, to, width);
  const [before, after] = [typeName(from), typeName(to)];
  const what = before === after ? 'value change' : `type change from ${before} to ${after}`;
  return `± ${what}\n${prefixed('- ', valueText(from))}${prefixed('+ ', valueText(to))}`;
}

function changedText(from: string, to: string, width: number): string {
  if (trimmed(from) === trimmed(to)) {
    const blocks = [prefixed('- ', visible(from)), prefixed('+ ', visible(to))];
    return `± whitespace only change\n${sideBySide(blocks, { width })}`;
  }
  if (from.includes('\n') || to.includes('\n')) return changedLines(from, to);
  return `± value change\n${prefixed('- ', from)}${prefixed('+ ', to)}`;
}

function changedLines(from: string, to: string): string {
  const changes = diffLines(from, to).filter(({ added, removed }) => added || removed);
  const inserts = changes.filter(({ added }) => added).length;
  const deletions = changes.length - inserts;
  const text = changes.map(({ added, value }) => everyLine(added ? '+ ' : '- ', value)).join('');
  return `± value change in multiline text (${plural(inserts, 'insert')}, ${plural(deletions, 'deletion')})\n${text}\n`;
}

function plural(count: number, noun: string): string {
  return `${numeral(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function everyLine(prefix: string, text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${prefix}${line}\n`)
    .join('');
}

/** Lines after the first one are indented as far. */
function prefixed(prefix: string, text: string): string {
  return `${prefix}${text.replaceAll('\n', `\n${' '.repeat(prefix.length)}`)}\n`;
}

const trimmed = (text: string) => text.replace(/^[ \n]+|[ \n]+$/g, '');
const visible = (text: string) => text.replaceAll(' ', '·').replaceAll('\n', '↵\n');

function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return 'list';
  if (isRecord(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function valueText(value: unknown): string {
  return value === null || value === undefined ? '<nil>' : neatYaml(value);
}
