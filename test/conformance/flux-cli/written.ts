import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FluxResult } from '@flux-host/cli/testing/flux.ts';
import { fail, type Outcome, pass } from '../asset.ts';
import { lineDifferences } from '../diff.ts';
import type { CommandCase } from './command.ts';

/** Where the expected files are, and those that the command wrote. */
export interface WrittenFolders {
  readonly dir: string;
  readonly workplace: { readonly dir: string };
}

/** The outcome of a case that is about what is logged and written; undefined for others. */
export function judgeWritten(
  { expected }: CommandCase,
  { code, err, all }: FluxResult,
  { dir, workplace }: WrittenFolders,
): Outcome | undefined {
  const { error, stderrLog, writtenFiles } = expected;
  if (!writtenFiles) return undefined;
  if (error) {
    return code !== 0 && err.includes(error) ? pass : fail(`expected the error ${error}, got\n${all}`);
  }
  if (code !== 0) return fail(`exit code ${code}\n${all}`);
  const pairs = writtenFiles.map(({ file, golden }) => [
    readFileSync(join(dir, golden), 'utf8'),
    readFileSync(join(workplace.dir, file), 'utf8'),
  ]);
  if (stderrLog) pairs.unshift([readFileSync(join(dir, stderrLog), 'utf8'), err]);
  const [wanted = '', got = ''] = pairs.find(([a, b]) => a !== b) ?? [];
  return wanted === got ? pass : fail(lineDifferences(wanted, got).join('\n'));
}
