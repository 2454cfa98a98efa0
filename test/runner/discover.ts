import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const skipped = new Set(['node_modules', '.build', '.git', '.local', 'testdata', 'vendor']);

function* walk(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** Everything that can be tested below a folder. Paths are relative to it, with `/`, sorted. */
export interface Found {
  /** TypeScript test files. */
  readonly files: readonly string[];
  /** Folders of Go modules that have tests. */
  readonly modules: readonly string[];
}

/** Finds `*.test.ts` and Go modules with `*_test.go`, without what is installed or built. */
export function discover(root: string): Found {
  const all = [...walk(root)].map((path) => relative(root, path).replaceAll('\\', '/')).sort();
  const moduleDirs = all
    .filter((path) => /(^|\/)go\.mod$/.test(path))
    .map((path) => path.replace(/\/?go\.mod$/, ''));
  const goTests = all.filter((path) => path.endsWith('_test.go'));
  return {
    files: all.filter((path) => path.endsWith('.test.ts')),
    modules: moduleDirs.filter((dir) => goTests.some((test) => moduleOf(test, root) === dir)),
  };
}

function moduleOf(path: string, root: string): string | undefined {
  const parts = path.split('/');
  while (parts.pop() !== undefined) {
    if (existsSync(join(root, ...parts, 'go.mod'))) return parts.join('/');
  }
  return undefined;
}

/** Whether a test file asks for the cluster that all files share. */
export function usesSharedCluster(path: string): boolean {
  return readFileSync(path, 'utf8').includes('sharedCluster');
}
