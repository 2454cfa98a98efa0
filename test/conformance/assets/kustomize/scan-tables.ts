import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail, type Outcome, pass, skip } from '../../asset.ts';
import { compare } from '../../diff.ts';
import { failureOf } from './failure.ts';
import { parseAll } from './read.ts';
import type { Workbench } from './workbench.ts';

/** Files that upstream's folders of this name have besides the manifests. */
const extras: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'with-sops': { '.sops.yaml': 'creation_rules:\n- path_regex: .*\n' },
  'with-gitlab-ci': { '.gitlab-ci.yml': 'stages: [test]\n' },
};

interface Input {
  readonly base: string;
  readonly ignorePatterns?: string;
}

interface Expected {
  readonly wantErr?: boolean;
  readonly wantPaths?: readonly string[];
}

/** Rebuilds the folder from the paths that are wanted and what its name says. */
export async function checkScan(
  bench: Workbench,
  { base, ignorePatterns = '' }: Input,
  { wantErr = false, wantPaths = [] }: Expected,
): Promise<Outcome> {
  const extra = extras[basename(base)] ?? {};
  if (wantErr && Object.keys(extra).length === 0)
    return skip('the folder that it is about is not part of the vectors');
  const tree = await bench.folder();
  const wanted = wantPaths.map((path) =>
    path
      .split('/')
      .slice(base.split('/').length - 1)
      .join('/'),
  );
  if (wanted.some((path) => path.includes('/')))
    return skip('the folder that it is about is not part of the vectors');
  for (const path of wanted) {
    await writeFile(join(tree, path), `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${path}'}\n`);
  }
  for (const [name, content] of Object.entries(extra)) await writeFile(join(tree, name), content);
  const work = { tree, path: '', spec: {}, config: { ignore: ignorePatterns } };
  const failure = await failureOf(bench.generate(work));
  if (wantErr || failure !== undefined) {
    return wantErr === (failure !== undefined)
      ? pass
      : fail(failure ?? 'expected a failure, but it succeeded');
  }
  const [generated] = parseAll((await bench.generate(work)).content);
  const { resources = [] } = generated as { resources?: string[] };
  return compare(
    wanted.map((path) => `./${path}`),
    resources,
  );
}

export async function checkEmptyFolder(
  bench: Workbench,
  { ksFile, sourceDir }: { ksFile: string; sourceDir?: string },
  { expectedAction }: { expectedAction?: string },
): Promise<Outcome> {
  if (sourceDir || !ksFile.includes('/empty/'))
    return skip('the folder that it is about is not part of the vectors');
  const { created } = await bench.generate({ tree: await bench.folder(), path: '', spec: {} });
  return compare(expectedAction, created ? 'created' : 'unchanged');
}
