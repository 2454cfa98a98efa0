/**
 * Writes the CRD of every kind to `crds/generated/`. With `--check` it writes nothing, names the files that are
 * out of date and fails.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { toCustomResourceDefinition } from './crd.ts';
import { kinds } from './index.ts';
import type { Kind } from './kind.ts';

const folder = join(import.meta.dirname, 'generated');

function render(kind: Kind): string {
  const yaml = dump(toCustomResourceDefinition(kind), { noRefs: true, lineWidth: 100 });
  return `# Generated from the schemas in crds/ by crds/generate.ts; edit those.\n${yaml}`;
}

const wanted = new Map(kinds.map((kind) => [`${kind.group}_${kind.plural}.yaml`, render(kind)]));
mkdirSync(folder, { recursive: true });
const present = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

const stale = [...wanted.keys()].filter((name) => present.get(name) !== wanted.get(name));
const superfluous = [...present.keys()].filter((name) => !wanted.has(name));

if (process.argv.includes('--check')) {
  for (const name of stale) process.stderr.write(`✗ crds/generated/${name} is out of date\n`);
  for (const name of superfluous) process.stderr.write(`✗ crds/generated/${name} belongs to no kind\n`);
  if (stale.length + superfluous.length > 0) {
    process.stderr.write('  run: node crds/generate.ts\n');
    process.exit(1);
  }
} else {
  for (const name of superfluous) rmSync(join(folder, name));
  for (const name of stale) writeFileSync(join(folder, name), wanted.get(name) ?? '');
  process.stdout.write(`${stale.length} of ${wanted.size} CRDs written to crds/generated/\n`);
}
