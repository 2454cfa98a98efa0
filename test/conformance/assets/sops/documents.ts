import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '@flux-host/host/sops/document/document.ts';
import { openFile } from '@flux-host/host/sops/document/open.ts';
import type { Format } from '@flux-host/host/sops/formats/names.ts';
import { wrappedKeyOf } from '@flux-host/host/sops/keys/wrapped.ts';
import { type ConformanceCase, fail, type Outcome, pass } from '../../asset.ts';
import { compare } from '../../diff.ts';
import type { Workbench } from './workbench.ts';

interface DocumentCase {
  readonly ageIdentityFile: string;
  readonly encrypted: string;
  readonly inputFormat: Format;
  readonly outputFormat: Format;
  readonly expectedPlaintext?: string;
  readonly expectedError?: boolean;
  readonly recordedError?: string;
}

/** Encrypted files, compared byte by byte with what SOPS makes of them. */
export function* documentCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  const folder = join(dir, 'documents');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).toSorted()) {
    if (!existsSync(join(folder, name, 'case.json'))) continue;
    yield { name: `document: ${name}`, run: () => check(join(folder, name), bench) };
  }
}

async function check(folder: string, bench: Workbench): Promise<Outcome> {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const vector: DocumentCase = JSON.parse(read('case.json'));
  const { inputFormat: from, outputFormat: to, expectedPlaintext } = vector;
  const text = read(vector.encrypted);
  const open = async () => {
    const { metadata } = readDocument(text, from);
    const key = await bench.dataKey(wrappedKeyOf(metadata), { 'age.agekey': read(vector.ageIdentityFile) });
    return openFile(text, key, { from, to }).text;
  };
  if (expectedPlaintext) return compare(read(expectedPlaintext), await open());
  try {
    await open();
  } catch (error) {
    return sameStart(vector.recordedError ?? '', error instanceof Error ? error.message : String(error));
  }
  return fail(`expected the failure "${vector.recordedError}", but it was decrypted`);
}

/** SOPS goes on with a report over several lines; what has to be the same is what failed. */
function sameStart(expected: string, actual: string): Outcome {
  const [what = ''] = expected.split(':');
  return actual.startsWith(what) ? pass : fail(`expected a failure like\n  ${expected}\ngot\n  ${actual}`);
}
