import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goTime } from '@flux-host/cli/output/go-time.ts';
import { type FluxOptions, type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { fail, type Outcome, pass, skip } from '../asset.ts';
import { lineDifferences } from '../diff.ts';
import { withFluxPod } from './flux-pod.ts';
import { exportedNamespace, namespaceIn, withDefaults } from './golden.ts';
import { objectFiles, withRenderedFiles } from './inputs.ts';
import { applyObjects, loadObjects, removeShared } from './objects.ts';
import { setStage } from './stage.ts';
import { render, shellWords, type Values } from './template.ts';
import type { Workplace } from './workplace.ts';
import type { MaybeWorld, World } from './world.ts';
import { judgeWritten } from './written.ts';

/** A case of a file in `cases/`. */
export interface CommandCase {
  readonly name: string;
  readonly command: string;
  readonly clusterObjects?: readonly string[];
  readonly expected: {
    readonly check?: string;
    readonly error?: string;
    readonly golden?: string;
    readonly with?: readonly string[];
    /** What is logged, and files that are written, in place of a check. */
    readonly stderrLog?: string | null;
    readonly writtenFiles?: readonly { readonly file: string; readonly golden: string }[];
  };
  readonly note?: string;
  /** Further names in templates, and what makes their values. */
  readonly templateVars?: Readonly<
    Record<string, { readonly check: string; readonly with: readonly string[] }>
  >;
  readonly test?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file. */
  readonly stdin?: string;
}

interface Place {
  readonly dir: string;
  readonly workplace: Workplace;
  readonly world: { readonly world: MaybeWorld };
}

/** Runs one command line and compares what it prints. */
export async function runCommand(
  each: CommandCase,
  { dir, workplace, world: { world } }: Place,
): Promise<Outcome> {
  if ('missing' in world) {
    const result = await flux(shellWords(each.command));
    return absence(result) ?? skip(`no cluster: ${world.missing}`);
  }
  const template = each.expected.golden ? readFileSync(join(dir, each.expected.golden), 'utf8') : '';
  const exported = each.command.startsWith('create ') ? exportedNamespace(template) : undefined;
  const namespace = namespaceIn(template) ?? exported ?? world.newNamespace();
  const values = {
    ...workplace.values,
    ...localTimes(each),
    fluxns: namespace,
    ns: namespace,
    serverVersion: world.serverVersion,
  };
  const words = withNamespace(shellWords(render(each.command, values)), namespace);
  const known = absence(await flux([...words, '--help']));
  if (known) return known;
  const golden = withDefaults(render(template, values), each.command);
  const end = new AbortController();
  try {
    await prepare(each, { dir, world, words, golden, values, signal: end.signal });
    const line = withRenderedFiles(words, workplace.dir, values);
    const run = () =>
      flux(line, { kubeconfig: world.kubeconfig, cwd: workplace.dir, ...streamsOf(each, dir) });
    const result = words[0] === 'logs' ? await withFluxPod(world, run) : await run();
    return (
      unreachable(result) ??
      judgeWritten(each, result, { dir, workplace }) ??
      judge(each, result, { golden, values })
    );
  } finally {
    end.abort();
    for (const file of objectFiles(each)) {
      await removeShared(render(readFileSync(join(dir, file), 'utf8'), values), world.client);
    }
  }
}

function streamsOf({ env, stdin }: CommandCase, dir: string): FluxOptions {
  return {
    ...(env && { env }),
    ...(stdin !== undefined && { input: readFileSync(join(dir, stdin), 'utf8') }),
  };
}

/** Times that a golden file shows in the local zone. */
function localTimes({ templateVars = {} }: CommandCase): Values {
  const times = Object.entries(templateVars).filter(([, { check }]) => check === 'toLocalTime');
  return Object.fromEntries(times.map(([name, { with: values }]) => [name, goTime(values.at(-1) ?? '')]));
}

/** The outcome for a command that this version does not have. */
function absence({ err }: FluxResult): Outcome | undefined {
  const name = /✗ the command "(.*)" is not available in this version/.exec(err)?.[1];
  return name ? skip(`command "${name}" is not in this version`) : undefined;
}

/** The outcome for a command that asks a server on the internet, where there is no way to it. */
function unreachable({ err }: FluxResult): Outcome | undefined {
  const host = /✗ SSH key scan for host (github\.com):22 failed/.exec(err)?.[1];
  return host ? skip(`${host} cannot be reached`) : undefined;
}

function withNamespace(words: readonly string[], namespace: string): string[] {
  const has = words.some((word) => /^(-n|--namespace)(=|$)/.test(word));
  return has ? [...words] : [...words, '-n', namespace];
}

interface Preparation {
  readonly dir: string;
  readonly world: World;
  readonly words: readonly string[];
  readonly golden: string;
  readonly values: Values;
  readonly signal: AbortSignal;
}

async function prepare(
  each: CommandCase,
  { dir, world, signal, values, ...line }: Preparation,
): Promise<void> {
  const namespace = values['fluxns'] ?? '';
  await loadObjects(`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${namespace}}\n`, world.client);
  const files = objectFiles(each);
  const load = line.words[0] === 'diff' ? applyObjects : loadObjects;
  for (const file of files) {
    await load(render(readFileSync(join(dir, file), 'utf8'), values), world.client);
  }
  if (files.length > 0) return;
  const { note = '', expected } = each;
  await setStage({ ...line, namespace, note, error: expected.error ?? '' }, world, signal);
}

function judge(
  { expected }: CommandCase,
  result: FluxResult,
  { golden, values }: { golden: string; values: Values },
): Outcome {
  switch (expected.check) {
    case 'assertError': {
      const error = render(expected.error ?? '', values);
      if (result.code === 0) return fail(`expected the error ${error}, but it succeeded with\n${result.all}`);
      return result.err.includes(error) ? pass : fail(`expected the error ${error}, got\n${result.all}`);
    }
    case 'assertSuccess':
      return result.code === 0 ? pass : fail(`exit code ${result.code}\n${result.all}`);
    case 'assertGoldenValue':
      return sameText(expected.with?.[0] ?? '', result);
    case 'stdout equals':
      return result.out === golden ? pass : fail(lineDifferences(golden, result.out).join('\n'));
    case 'assertGoldenFile':
    case 'assertGoldenTemplateFile':
      return sameText(golden, result);
    default:
      return fail(`the check ${expected.check} is not known`);
  }
}

/** What `flux diff` says beside the differences when there are any; its exit code is 1 then. */
const changes = '⚠️ identified at least one change, exiting with non-zero exit code\n';

function sameText(expected: string, { all, err, code }: FluxResult): Outcome {
  const hasChanges = err === changes;
  const wanted = missingNamed(expected, all).trimEnd();
  const got = (hasChanges ? all.replace(changes, '') : all).trimEnd();
  if (wanted !== got) return fail(lineDifferences(wanted, got).join('\n'));
  return code === (hasChanges ? 1 : 0) ? pass : fail(`exit code ${code}`);
}

/** See the notes of the asset: in this line Flux names another object than the one that is missing. */
function missingNamed(expected: string, got: string): string {
  if (!/► resuming/.test(expected)) return expected;
  const line = /✗ \w+ object '[^']*' not found in/;
  const ours = line.exec(got)?.[0];
  return ours ? expected.replace(line, ours) : expected;
}
