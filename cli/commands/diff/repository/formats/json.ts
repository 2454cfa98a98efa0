import { pathText } from '../../../../differences/types.ts';
import { type Change, countsOf, type Failure, type Report, type Section } from '../types.ts';

/** A report for programs; docs/previewing.md describes its fields. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify({ summary: countsOf(report), sections: report.sections.map(sectionData) }, null, 2)}\n`;
}

function sectionData({ owner, changes, failures, note }: Section): object {
  return {
    ...owner,
    ...(note && { note }),
    changes: changes.map(changeData),
    failures: failures.map(failureData),
  };
}

function changeData({ ref, action, differences, note }: Change): object {
  return {
    action,
    ...ref,
    ...(note && { note }),
    ...(differences && {
      differences: differences.map(({ path, details }) => ({
        path: path.length > 0 ? pathText(path) : '',
        details,
      })),
    }),
  };
}

function failureData({ error }: Failure): object {
  const { code, message, hint } = error;
  return { code, message, ...(hint && { hint }) };
}
