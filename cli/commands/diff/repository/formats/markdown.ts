import { formatRef } from '@flux-host/host/kube/object.ts';
import { humanReport } from '../../../../differences/human.ts';
import { type Change, type Counts, countsOf, type Failure, type Report, type Section } from '../types.ts';
import { codeBlock, inlineCode } from './escape.ts';

/** GitHub takes comments of 65,536 characters; a little is left for who adds a heading. */
export const maxLength = 60_000;

const marks = { created: '+', drifted: '±', deleted: '-', skipped: '○' } as const;

/**
 * A report as a comment on a pull request. When it becomes too long, differences are left out first, then lines; it is said how many.
 */
export function markdownReport(report: Report, limit = maxLength): string {
  const counts = countsOf(report);
  const head = `## Flux diff\n\n${summary(counts, report.sections.length)}\n`;
  const blocks = report.sections.flatMap(sectionBlocks);
  let text = head;
  let shortened = 0;
  let dropped = 0;
  // What is said at the end needs room, too.
  const room = limit - 200;
  for (const { full, short } of blocks) {
    if (text.length + full.length <= room) text += full;
    else if (text.length + short.length <= room) {
      text += short;
      shortened += 1;
    } else dropped += 1;
  }
  return text + omissions(shortened, dropped);
}

function summary(counts: Counts, sections: number): string {
  const words = {
    created: 'created',
    drifted: 'changed',
    deleted: 'deleted',
    skipped: 'skipped',
    failed: 'failed',
  };
  const parts = (Object.keys(words) as (keyof Counts)[])
    .filter((action) => counts[action] > 0)
    .map((action) => `**${counts[action]} ${words[action]}**`);
  if (parts.length === 0) return 'No changes.';
  return `${parts.join(', ')} in ${sections} ${sections === 1 ? 'place' : 'places'}.`;
}

function omissions(shortened: number, dropped: number): string {
  const parts = [
    ...(shortened > 0 ? [`the differences of ${shortened} objects`] : []),
    ...(dropped > 0 ? [`${dropped} more entries`] : []),
  ];
  return parts.length > 0 ? `\n_Left out, since it would be too long: ${parts.join(', ')}._\n` : '';
}

interface Block {
  readonly full: string;
  /** In its place where there is no room. */
  readonly short: string;
}

const plain = (text: string): Block => ({ full: text, short: text });

function sectionBlocks({ owner, changes, failures, note }: Section): Block[] {
  const title = `\n### ${inlineCode(formatRef(owner))}${note ? ` (${note})` : ''}\n\n`;
  return [plain(title), ...changes.map(changeBlock), ...failures.map(failureBlock)];
}

function changeBlock({ ref, action, differences, note }: Change): Block {
  const line = `${inlineCode(`${marks[action]} ${formatRef(ref)}`)} ${action}${note ? ` (${note})` : ''}`;
  if (!differences) return plain(`- ${line}\n`);
  const details = codeBlock(humanReport(differences).replace(/^\n/, ''), 'diff');
  return {
    full: `- <details><summary>${line}</summary>\n\n${indented(details)}\n\n  </details>\n`,
    short: `- ${line}\n`,
  };
}

function failureBlock({ error }: Failure): Block {
  const text = error.message.length > 2000 ? `${error.message.slice(0, 2000)}…` : error.message;
  return plain(
    `- ✗ ${error.code}\n\n${indented(codeBlock(error.hint ? `${text}\nhint: ${error.hint}` : text))}\n`,
  );
}

/** Part of the list's entry. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
