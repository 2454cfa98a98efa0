import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { additions } from '@flux-host/crds/additions.ts';
import { load } from 'js-yaml';
import { type AssetRunner, fail, type Outcome, pass } from '../asset.ts';
import { compareCrds } from '../crds/compare.ts';
import { type CrdFacts, factsOf } from '../crds/facts.ts';

const generated = join(import.meta.dirname, '..', '..', '..', 'crds', 'generated');

/** The CRD files that users install, held against the facts of Flux's. */
export const runner: AssetRunner = {
  notes: additions.map(({ kind, path, change, why }) => `our addition: ${kind}${path} (${change}): ${why}`),
  *cases(dir) {
    const ours = readdirSync(generated).map((name) =>
      factsOf(load(readFileSync(join(generated, name), 'utf8'))),
    );
    for (const name of readdirSync(dir).filter((file) => file.endsWith('.json'))) {
      yield { name, run: () => check(JSON.parse(readFileSync(join(dir, name), 'utf8')), ours) };
    }
  },
};

function check(expected: CrdFacts, ours: readonly CrdFacts[]): Outcome {
  const own = ours.find(({ group, kind }) => group === expected.group && kind === expected.kind);
  if (!own) return fail(`there is no CRD of ${expected.kind} in ${expected.group}`);
  const lines = compareCrds(expected, own, additions);
  return lines.length === 0 ? pass : fail(lines.join('\n'));
}
