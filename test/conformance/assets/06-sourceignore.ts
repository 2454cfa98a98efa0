import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filterOf } from '@flux-host/host/artifacts/ignore/ignore.ts';
import {
  defaultRules,
  loadRules,
  readIgnoreFile,
  readRules,
  vcsRules,
} from '@flux-host/host/artifacts/ignore/rules.ts';
import type { IgnoreRule } from '@flux-host/host/artifacts/ignore/types.ts';
import { type Pattern, parsePattern } from '@flux-host/sdk/ignore/pattern.ts';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { type TableCase, tables } from '../table.ts';

/** A pattern's fields as the vectors spell them. */
interface PatternFields {
  readonly dirOnly: boolean;
  readonly domain?: readonly string[] | null;
  readonly inclusion: boolean;
  readonly isGlob: boolean;
  readonly pattern: readonly string[];
}

interface Input {
  readonly patterns?: readonly (string | PatternFields)[] | null;
  readonly pattern?: string;
  readonly domain?: readonly string[] | null;
  readonly path?: string | readonly string[];
  readonly isDir?: boolean;
  readonly ignore?: string;
  readonly files?: Readonly<Record<string, string>>;
}

interface Expected {
  readonly matches?: readonly string[] | null;
  readonly mismatches?: readonly string[] | null;
  readonly want?: readonly PatternFields[] | null;
}

type Case = TableCase<Input, Expected | boolean | string>;

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Input, Expected | boolean | string>(dir)) {
      for (const each of table.cases) {
        yield { name: `${table.function}: ${each.name}`, run: () => check(table.function, each) };
      }
    }
  },
};

function check(name: string, { input, expected }: Case): Outcome | Promise<Outcome> {
  const domain = input.domain ?? [];
  if (typeof expected === 'string') return compare(expected, matchOne(input));
  if (typeof expected === 'boolean') return compare(expected, matchAll(input));
  if (name === 'TestLoadExcludePatterns') return checkLoad(input, expected);
  if (name === 'TestReadIgnoreFile') return checkIgnoreFile(input, expected);
  if (name === 'TestVCSPatterns') return checkPaths([...vcsRules(domain), ...given(input)], expected);
  if (name === 'TestDefaultPatterns') return checkPaths([...defaultRules(domain), ...given(input)], expected);
  if (name === 'TestReadPatterns') return checkPaths(readRules(input.ignore ?? '', domain), expected);
  if (name === 'TestNewDefaultMatcher' || name === 'TestNewMatcher') {
    const defaults = name === 'TestNewMatcher' ? [] : [...vcsRules(domain), ...defaultRules(domain)];
    return checkPaths([...defaults, ...given(input)], expected);
  }
  return fail(`no check for ${name}`);
}

function matchOne({ pattern = '', domain, path = [], isDir = false }: Input): string {
  return parsePattern({ pattern, domain: domain ?? [] }).match([...path], isDir);
}

function matchAll(input: Input): boolean {
  return filterOf(given(input))([...(input.path ?? [])].join('/'), input.isDir ?? false);
}

/** Patterns of the input as rules, whether they are text or fields. */
function given({ patterns, domain }: Input): IgnoreRule[] {
  return (patterns ?? []).map((each) =>
    typeof each === 'string'
      ? { pattern: each, domain: domain ?? [] }
      : {
          pattern: `${each.inclusion ? '!' : ''}${each.pattern.join('/')}${each.dirOnly ? '/' : ''}`,
          domain: each.domain ?? [],
        },
  );
}

function checkPaths(rules: readonly IgnoreRule[], expected: Expected): Outcome {
  const ignored = filterOf(rules);
  const paths = [...(expected.matches ?? []), ...(expected.mismatches ?? [])];
  if (paths.length === 0) return skip('nothing is expected');
  return compare(
    expected.matches ?? [],
    paths.filter((path) => ignored(path, false)),
  );
}

async function checkLoad({ files = {}, domain }: Input, expected: Expected): Promise<Outcome> {
  return inFolder(async (dir) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await writeFile(join(dir, name), content);
    }
    return compare(expected.want ?? [], fields(await loadRules(dir, domain ?? [])));
  });
}

/** The folder that upstream prepared is not part of the case; its file holds one line. */
async function checkIgnoreFile({ path, domain }: Input, expected: Expected): Promise<Outcome> {
  return inFolder(async (dir) => {
    const lines = (expected.want ?? []).map(({ pattern }) => pattern.join('/'));
    if (path) await writeFile(join(dir, '.sourceignore'), lines.join('\n'));
    return compare(expected.want ?? [], fields(await readIgnoreFile(dir, domain ?? [])));
  });
}

const fields = (rules: readonly IgnoreRule[]): PatternFields[] => rules.map(parsePattern).map(fieldsOf);

function fieldsOf({ dirOnly, domain, inclusion, anchored, segments }: Pattern): PatternFields {
  const at = domain.length > 0 ? { domain } : {};
  return { dirOnly, ...at, inclusion, isGlob: anchored, pattern: segments };
}

async function inFolder(use: (dir: string) => Promise<Outcome>): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
