import {
  type Branch,
  branchOf,
  type Comment,
  isBranch,
  isComment,
  isList,
  type Scalar,
  type Value,
} from '../../document/tree.ts';
import { writeScalar } from './scalar.ts';

/** Columns of a level, as SOPS writes by default. */
const step = 4;
/** Longer keys are written with `?`. */
const longestSimpleKey = 128;

/** Writes a YAML stream as go-yaml v3 does for SOPS. */
export function emitYaml(branches: readonly Branch[]): string {
  const lines = branches.map((branch) =>
    documentLines(branch)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return lines.join('---\n');
}

function documentLines(branch: Branch): string[] {
  return hasItems(branch) ? branchLines(branch, 0) : [...commentLines(commentsOf(branch), 0), '{}'];
}

const pad = (column: number) => ' '.repeat(column);

/** The next level. */
const deeper = (column: number) => step * Math.floor((column + step) / step);

const hasItems = ({ items }: Branch) => items.some(({ key }) => !isComment(key));
const commentsOf = ({ items }: Branch): Comment[] =>
  items.flatMap(({ key }) => (isComment(key) ? [key] : []));

function commentLines(comments: readonly Comment[], column: number): string[] {
  return comments.map(({ text }) => `${pad(column)}#${text}`);
}

/** Comments that wait for what they belong to. */
interface Waiting {
  readonly head: Comment[];
  readonly inline: Comment[];
}

const newWaiting = (): Waiting => ({ head: [], inline: [] });

function wait({ head, inline }: Waiting, comment: Comment): void {
  (comment.inline ? inline : head).push(comment);
}

function branchLines({ items }: Branch, column: number): string[] {
  const lines: string[] = [];
  const waiting = newWaiting();
  for (const { key, value } of items) {
    if (isComment(key)) {
      wait(waiting, key);
      continue;
    }
    lines.push(...commentLines(waiting.head.splice(0), column));
    lines.push(...pairLines(key, value, { column, inline: waiting.inline.splice(0) }));
  }
  return [...lines, ...commentLines([...waiting.head, ...waiting.inline], column)];
}

function pairLines(
  key: string,
  value: Value,
  { column, inline }: { column: number; inline: readonly Comment[] },
): string[] {
  const written = writeScalar(key, { asKey: true });
  const name = 'text' in written ? written.text : '';
  const isSimple = Buffer.byteLength(key) <= longestSimpleKey && !key.includes('\n');
  const start = isSimple ? `${pad(column)}${name}:` : `${pad(column)}:`;
  const lines = isSimple ? [] : [`${pad(column)}? ${name}`];
  if (isComment(value) || value === null || !(isBranch(value) || isList(value))) {
    return [...lines, ...scalarLines(`${start} `, isComment(value) ? value.text : value, { column, inline })];
  }
  if (isEmpty(value)) return [...lines, `${start} ${isList(value) ? '[]' : '{}'}${lineComment(inline)}`];
  return [...lines, start, ...collectionLines(value, deeper(column))];
}

const isEmpty = (value: Branch | readonly Value[]) =>
  isList(value) ? value.every((item) => isComment(item)) : !hasItems(value);

function collectionLines(value: Branch | readonly Value[], column: number): string[] {
  return isList(value) ? listLines(value, column) : branchLines(value, column);
}

function listLines(list: readonly Value[], column: number): string[] {
  const lines: string[] = [];
  const waiting = newWaiting();
  for (const item of list) {
    if (isComment(item)) {
      wait(waiting, item);
      continue;
    }
    lines.push(...commentLines(waiting.head.splice(0), column));
    lines.push(...itemLines(item, column, waiting.inline.splice(0)));
  }
  return [...lines, ...commentLines([...waiting.head, ...waiting.inline], column)];
}

function itemLines(item: Exclude<Value, Comment>, column: number, inline: readonly Comment[]): string[] {
  const start = `${pad(column)}- `;
  if (item === null || !(isBranch(item) || isList(item))) return scalarLines(start, item, { column, inline });
  if (isEmpty(item)) return [`${start}${isList(item) ? '[]' : '{}'}${lineComment(inline)}`];
  // Comments at the beginning stand above the dash.
  const { comments, rest } = leadingComments(item);
  const [first = '', ...others] = collectionLines(rest, column + 2);
  return [...commentLines(comments, column), start + first.slice(column + 2), ...others];
}

function leadingComments(value: Branch | readonly Value[]) {
  if (isList(value)) {
    const at = value.findIndex((item) => !isComment(item));
    return { comments: value.slice(0, at).filter((item) => isComment(item)), rest: value.slice(at) };
  }
  const at = value.items.findIndex(({ key }) => !isComment(key));
  return { comments: commentsOf(branchOf(value.items.slice(0, at))), rest: branchOf(value.items.slice(at)) };
}

function lineComment(comments: readonly Comment[]): string {
  return comments.length === 0 ? '' : ` ${comments.map(({ text }) => `#${text}`).join(' ')}`;
}

function scalarLines(
  start: string,
  value: Scalar | null,
  { column, inline }: { column: number; inline: readonly Comment[] },
): string[] {
  const written = writeScalar(value);
  if ('text' in written) return [`${start}${written.text}${lineComment(inline)}`];
  const { literal } = written;
  const lines = literal.split('\n');
  const ends = literal.endsWith('\n');
  if (ends) lines.pop();
  const keep = literal === '\n' || literal.endsWith('\n\n') ? '+' : '';
  const hint = `${/^[ \n]/.test(literal) ? step : ''}${ends ? keep : '-'}`;
  const margin = pad(deeper(column));
  return [
    `${start}|${hint}${lineComment(inline)}`,
    ...lines.map((line) => (line === '' ? '' : margin + line)),
  ];
}
