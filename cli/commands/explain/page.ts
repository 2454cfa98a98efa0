import { formatRef } from '@flux-host/host/kube/object.ts';
import { humanDuration } from '../../output/age.ts';
import { truncateHex } from '../../output/truncate.ts';
import { eventRow } from '../events/row.ts';
import type { Explanation } from './explanation.ts';
import type { Finding, Link, Relation, State } from './types.ts';

const symbols: Readonly<Record<State, string>> = {
  ready: '✔',
  failed: '✗',
  missing: '✗',
  waiting: '◎',
  unknown: '?',
};

const words: Readonly<Record<Relation, string>> = {
  source: 'source',
  dependency: 'dependsOn',
  parent: 'applied it',
  applied: 'applied by it',
  pod: 'pod',
};

/** Longer lines of a list are cut: the whole message stands at the cause. */
const maxLine = 160;

/** One page of text. */
export function pageText(page: Explanation, now: number): string {
  const { subject, cause, advice, notes } = page;
  const sections = [
    title(page),
    section('Chain', aligned(page.chain.map(chainRow))),
    [
      ...(cause ? [paragraph('Cause', `${placeOf(cause)}: ${saidBy(cause)}`)] : []),
      ...(advice.hint ? [paragraph('Hint', advice.hint)] : []),
      ...notes.map((note) => paragraph('Note', note)),
    ].join(''),
    section(`Conditions of ${formatRef(subject.ref)}`, aligned(conditionRows(page, now))),
    section('Events', aligned(eventRows(page, now))),
    section('Next', [...advice.next, ...(advice.docs ? [`read ${advice.docs}`] : [])]),
  ];
  return sections.filter(Boolean).join('\n');
}

function title({ subject, cause }: Explanation): string {
  const { ref, isSuspended } = subject;
  const isRunning = subject.state === 'waiting' && cause?.state === 'waiting';
  const [state, how] = !cause
    ? (['ready', 'is ready'] as const)
    : isRunning
      ? (['waiting', 'is not ready yet'] as const)
      : (['failed', 'is not ready'] as const);
  return `${symbols[state]} ${formatRef(ref)} ${how}${isSuspended ? ' (suspended)' : ''}\n`;
}

function chainRow({ finding, relation }: Link): string[] {
  const suspended = finding.isSuspended ? ' (suspended)' : '';
  return [
    `${symbols[finding.state]} ${formatRef(finding.ref)}${suspended}`,
    relation ? words[relation] : '',
    oneLine(saidBy(finding)),
  ];
}

function placeOf({ ref, container }: Finding): string {
  return container ? `${formatRef(ref)}, container ${container}` : formatRef(ref);
}

/** Reason and message; that something is ready needs no reason. */
function saidBy({ state, reason, message }: Finding): string {
  return [state === 'ready' ? '' : reason, message].filter(Boolean).join(': ');
}

function conditionRows({ conditions }: Explanation, now: number): string[][] {
  return conditions.map(({ type, status, reason, message, lastTransitionTime }) => [
    type,
    status,
    lastTransitionTime ? humanDuration(now - Date.parse(lastTransitionTime)) : '',
    reason,
    oneLine(message),
  ]);
}

function eventRows({ events }: Explanation, now: number): string[][] {
  return events.map((event) => eventRow(event, { withNamespace: false, now }).map(oneLine));
}

function section(name: string, lines: readonly string[]): string {
  return lines.length > 0 ? `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}` : '';
}

/** A text of one or more lines behind its name. */
function paragraph(name: string, text: string): string {
  return `${name}: ${text.trim().replaceAll('\n', '\n  ')}\n`;
}

/** The first line of a text, not too long and with short hashes. */
function oneLine(text: string): string {
  const whole = truncateHex(text.trim());
  const [first = ''] = whole.split('\n', 1);
  return first.length > maxLine || first !== whole ? `${first.slice(0, maxLine)} …` : first;
}

/** Rows as lines, each column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const pad = (cell: string, column: number) => cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
