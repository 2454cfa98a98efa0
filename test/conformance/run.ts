import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AssetRunner, ConformanceCase, Outcome } from './asset.ts';
import { fail } from './asset.ts';

export interface CaseResult {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface AssetResult {
  readonly asset: string;
  readonly cases: readonly CaseResult[];
  /** Files that were not looked at because the asset has no runner. */
  readonly unread: number;
  readonly notes: readonly string[];
}

const runnersFolder = join(import.meta.dirname, 'assets');

/** Runs all cases of one asset's folder. Never throws for what a case or a runner does. */
export async function runAsset(asset: string, dir: string): Promise<AssetResult> {
  const file = join(runnersFolder, `${asset}.ts`);
  if (!existsSync(file)) return { asset, cases: [], unread: countFiles(dir), notes: [] };
  const cases: CaseResult[] = [];
  let notes: readonly string[] = [];
  try {
    const runner = await loadRunner(file);
    notes = runner.notes ?? [];
    for await (const conformanceCase of runner.cases(dir)) {
      cases.push({
        name: conformanceCase.name,
        outcome: await runCase(conformanceCase, runner.timeoutMs ?? 60_000),
      });
    }
    if (cases.length === 0) {
      cases.push({ name: '(whole asset)', outcome: fail(`the runner found no cases in ${dir}`) });
    }
  } catch (error) {
    cases.push({ name: '(whole asset)', outcome: fail(`the runner itself failed: ${describe(error)}`) });
  }
  return { asset, cases, unread: 0, notes };
}

async function runCase(conformanceCase: ConformanceCase, timeoutMs: number): Promise<Outcome> {
  const timer = new AbortController();
  let handle: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    handle = setTimeout(() => {
      timer.abort();
      resolve(fail(`gave no result within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([conformanceCase.run(timer.signal), late]);
  } catch (error) {
    return fail(describe(error));
  } finally {
    clearTimeout(handle);
  }
}

async function loadRunner(file: string): Promise<AssetRunner> {
  const module: { runner?: AssetRunner } = await import(pathToFileURL(file).href);
  if (typeof module.runner?.cases !== 'function') throw new Error(`${file} exports no runner`);
  return module.runner;
}

function countFiles(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('README'),
  ).length;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
