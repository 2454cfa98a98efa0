/**
 * Fills the marked blocks of the documentation from the code, so that they cannot go stale:
 *
 *     <!-- generated: flags -->
 *     …
 *     <!-- end -->
 *
 * With `--check` it writes nothing, names the pages that are out of date and fails.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absentTable, commandTable } from './tables/commands.ts';
import {
  exampleList,
  hostFunctionTable,
  manifestFields,
  messageTables,
  notifierTraitTable,
} from './tables/contract.ts';
import {
  gitRepositoryFields,
  helmChartFields,
  helmRepositoryFields,
  kustomizationFields,
  ociRepositoryFields,
} from './tables/fields.ts';
import { additionalFlags, flagsWithoutEffect, gates, refusedFlags, workingFlags } from './tables/flags.ts';
import { additionTable, kindTable } from './tables/kinds.ts';
import { metricTable } from './tables/metrics.ts';

const blocks: Readonly<Record<string, () => string | Promise<string>>> = {
  kinds: kindTable,
  additions: additionTable,
  'fields of GitRepository': gitRepositoryFields,
  'fields of OCIRepository': ociRepositoryFields,
  'fields of HelmRepository': helmRepositoryFields,
  'fields of HelmChart': helmChartFields,
  'fields of Kustomization': kustomizationFields,
  flags: workingFlags,
  'own flags': additionalFlags,
  'flags without effect': flagsWithoutEffect,
  'refused flags': refusedFlags,
  gates,
  commands: commandTable,
  'absent commands': absentTable,
  metrics: metricTable,
  manifest: manifestFields,
  messages: messageTables,
  examples: exampleList,
  'host functions': hostFunctionTable,
  'notifier traits': notifierTraitTable,
};

const block = /(<!-- generated: ([^>]+?) -->\n)[\s\S]*?(<!-- end -->)/g;
const content = new Map(
  await Promise.all(
    Object.entries(blocks).map(async ([name, make]): Promise<[string, string]> => [name, await make()]),
  ),
);

/** @throws Error for a block that nothing generates */
function filled(page: string, file: string): string {
  return page.replaceAll(block, (_, begin: string, name: string, end: string) => {
    const text = content.get(name);
    if (text === undefined) throw new Error(`${file}: nothing generates "${name}"`);
    return `${begin}\n${text}\n\n${end}`;
  });
}

const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);
const stale = pages.flatMap((file) => {
  const path = join(import.meta.dirname, file);
  const before = readFileSync(path, 'utf8');
  const after = filled(before, file);
  return before === after ? [] : [{ file, path, after }];
});

if (process.argv.includes('--check')) {
  for (const { file } of stale) process.stderr.write(`✗ docs/${file} is out of date\n`);
  if (stale.length > 0) {
    process.stderr.write('  run: node docs/generate.ts\n');
    process.exit(1);
  }
} else {
  for (const { path, after } of stale) writeFileSync(path, after);
  process.stdout.write(`${stale.length} of ${pages.length} pages written to docs/\n`);
}
