import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ConformanceCase } from '../../asset.ts';
import { type Outcome, pass } from '../../asset.ts';
import { compare } from '../../diff.ts';
import { failsLike } from './failure.ts';
import { type FluxKustomization, parseAll, readKustomization } from './read.ts';
import { variablesFrom } from './variables.ts';
import type { Work, Workbench } from './workbench.ts';

interface CaseFile {
  readonly name: string;
  readonly directory: string;
  readonly generate: boolean;
  readonly ignorePatterns?: string;
  readonly expectedAction?: 'created' | 'unchanged';
  readonly expectedGenerateError?: string;
  readonly expectedKustomization?: { readonly file: string; readonly writtenAs: string };
  readonly expectedBuild?: string;
  readonly expectedBuildError?: string;
  readonly clusterObjects?: string;
  readonly substitute?: { readonly always: boolean; readonly strict: boolean };
  readonly expectedSubstituted?: string;
  readonly expectedSubstituteError?: string;
}

/** One case a folder: generated kustomization.yaml, kustomize's output byte by byte, objects after substitution. */
export function* generatorCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir).toSorted()) {
    const folder = join(dir, name);
    if (!existsSync(join(folder, 'case.json'))) continue;
    yield { name: `generator: ${name}`, run: () => check(folder, bench) };
  }
}

async function check(folder: string, bench: Workbench): Promise<Outcome> {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const vector: CaseFile = JSON.parse(read('case.json'));
  const kustomization = readKustomization(join(folder, 'flux-kustomization.yaml'));
  const work = await workOf(folder, vector, { kustomization, bench });
  if (vector.expectedGenerateError) return failsLike(vector.expectedGenerateError, bench.generate(work));
  if (vector.expectedKustomization) {
    const { file, content, created } = await bench.generate(work);
    const outcome = compare(
      {
        action: vector.expectedAction,
        file: vector.expectedKustomization.writtenAs,
        content: read(vector.expectedKustomization.file),
      },
      { action: created ? 'created' : 'unchanged', file: basename(file), content },
    );
    if (outcome.result !== 'pass') return outcome;
  }
  if (vector.expectedBuildError) return failsLike(vector.expectedBuildError, bench.build(work));
  if (vector.expectedBuild) {
    const outcome = compare(read(vector.expectedBuild), await bench.build(work));
    if (outcome.result !== 'pass') return outcome;
  }
  return vector.substitute ? checkSubstitution(folder, vector, { work, kustomization, bench }) : pass;
}

interface Parts {
  readonly work: Work;
  readonly kustomization: FluxKustomization;
  readonly bench: Workbench;
}

async function checkSubstitution(
  folder: string,
  vector: CaseFile,
  { work, kustomization, bench }: Parts,
): Promise<Outcome> {
  const substituted = async () => {
    const cluster = vector.clusterObjects ? join(folder, vector.clusterObjects) : undefined;
    const variables = await variablesFrom(kustomization, cluster);
    return bench.objects(work, {
      strict: vector.substitute?.strict ?? true,
      substituteStrategy: vector.substitute?.always ? 'Always' : 'WithVariables',
      ...(variables ? { variables } : {}),
    });
  };
  if (vector.expectedSubstituteError) return failsLike(vector.expectedSubstituteError, substituted());
  if (!vector.expectedSubstituted) return pass;
  return compare(
    parseAll(readFileSync(join(folder, vector.expectedSubstituted), 'utf8')),
    await substituted(),
  );
}

/** Upstream's generator is the one of `flux build`, which always looks at ignore patterns. */
async function workOf(
  folder: string,
  vector: CaseFile,
  { kustomization, bench }: Omit<Parts, 'work'>,
): Promise<Work> {
  const input = join(folder, 'input');
  const tree = existsSync(input) ? input : await bench.folder();
  const path = vector.directory.replace(/^input\/?/, '');
  if (!vector.generate) return { tree, path, spec: {} };
  return { tree, path, spec: kustomization.spec, config: { ignore: vector.ignorePatterns ?? '' } };
}
