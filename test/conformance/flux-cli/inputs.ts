import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { render, type Values } from './template.ts';

const templateFlags = new Set(['--kustomization-file']);

/** A command line whose files are made from the templates that the asset has in their places. */
export function withRenderedFiles(words: readonly string[], dir: string, values: Values): string[] {
  return words.map((word, index) => {
    if (!templateFlags.has(words[index - 1] ?? '')) return word;
    const file = join(dirname(word), `${values['fluxns']}-${basename(word)}`);
    writeFileSync(join(dir, file), render(readFileSync(join(dir, word), 'utf8'), values));
    return file;
  });
}

/** Objects that Flux's tests make in their code, by the test. */
const made: Readonly<Record<string, readonly string[]>> = {
  TestDiffKustomizationDriftIgnoreRules: ['./testdata/diff-kustomization/drifted-service-no-labels.yaml'],
};

/** Files with the objects that a case finds in the cluster. */
export function objectFiles(each: {
  readonly test?: string;
  readonly clusterObjects?: readonly string[];
}): readonly string[] {
  const test = each.test?.split(':').at(-1) ?? '';
  return [...(each.clusterObjects ?? []), ...(made[test] ?? [])];
}
