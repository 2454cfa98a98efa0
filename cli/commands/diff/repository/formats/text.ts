import { formatRef } from '@flux-host/host/kube/object.ts';
import { humanReport } from '../../../../differences/human.ts';
import type { Change, Failure, Report, Section } from '../types.ts';

/** A report in the words of `flux diff kustomization --recursive`. @param width columns of the terminal */
export function textReport({ sections }: Report, width?: number): string {
  return sections.map((section) => sectionText(section, width)).join('');
}

function sectionText({ owner, changes, failures, note }: Section, width: number | undefined): string {
  const title = `📁 ${formatRef(owner)} ${outcome(changes, failures)}${note ? ` (${note})` : ''}\n`;
  const lines = changes.map((change) => changeText(change, width));
  const faults = failures.map(({ error }) => `✗ ${error.text}\n`);
  return [title, ...lines, ...faults].join('');
}

function outcome(changes: readonly Change[], failures: readonly Failure[]): string {
  if (changes.length + failures.length === 0) return 'unchanged';
  const isSkipped = failures.length === 0 && changes.every(({ action }) => action === 'skipped');
  return isSkipped ? 'skipped' : 'changed';
}

function changeText({ ref, action, differences, note }: Change, width: number | undefined): string {
  const line = `► ${formatRef(ref)} ${action}${note ? ` (${note})` : ''}\n`;
  return differences ? `${line}${humanReport(differences, width)}` : line;
}
