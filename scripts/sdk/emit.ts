import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../paths.ts';
import { exec } from '../steps.ts';

/** Files that no compiler makes. */
const assets = [
  'README.md',
  'typescript/engine/engine.wasm',
  'typescript/engine/engine.wasm.sha256',
  'typescript/engine/NOTICE',
  'typescript/globals.d.ts',
  'typescript/runtime/globals/core-js.js',
  'typescript/tsconfig.json',
];

/** Writes the SDK as JavaScript with declarations, and everything else that authors need but the test library. */
export async function emitSdk(out: string, log: (line: string) => void): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  await exec(tsc, ['-p', join(root, 'scripts', 'sdk', 'tsconfig.json'), '--outDir', out], { log });
  for (const file of filesIn(out)) if (file.endsWith('.d.ts')) rewrite(join(out, file));
  for (const asset of assets) copy(join(root, 'sdk', asset), join(out, asset));
  for (const file of filesIn(join(root, 'sdk', 'go')))
    if (isGoSource(file)) copy(join(root, 'sdk', 'go', file), join(out, 'go', file));
  copy(join(root, 'LICENSE'), join(out, 'LICENSE'));
}

/** Of what a plugin in Go imports: the module without its tests. */
function isGoSource(file: string): boolean {
  return !file.includes('testdata') && !file.endsWith('_test.go') && /(\.go|go\.mod|go\.sum)$/.test(file);
}

/** Paths of all files below a folder, relative to it, with `/`, sorted. */
export function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(dir.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();
}

/** The compiler rewrites the extensions of imports in JavaScript only. */
function rewrite(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/(from |import\()(["'])(\.[^"']*)\.ts\2/g, '$1$2$3.js$2'));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
