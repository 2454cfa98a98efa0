import type { Flag, Invocation } from '../../../command/types.ts';
import { colourDifferences } from '../../../output/colour.ts';
import { jsonReport } from './formats/json.ts';
import { markdownReport } from './formats/markdown.ts';
import { textReport } from './formats/text.ts';
import type { Report } from './types.ts';

const formats = ['text', 'json', 'markdown'];

/** `--output` */
export const outputFlag: Flag = {
  type: 'string',
  short: 'o',
  default: 'text',
  about: 'Format of the report, can be text, json or markdown.',
  choices: formats,
  check: (value) => (formats.includes(value) ? undefined : 'must be text, json or markdown'),
};

/** Prints a report in the format of `--output`. */
export function printReport(report: Report, { flags, io }: Pick<Invocation, 'flags' | 'io'>): void {
  const terminal = io.terminals?.out;
  switch (flags.text('output')) {
    case 'json':
      io.out(jsonReport(report));
      break;
    case 'markdown':
      io.out(markdownReport(report));
      break;
    default:
      io.out(colourDifferences(textReport(report, terminal?.columns), terminal));
  }
}
