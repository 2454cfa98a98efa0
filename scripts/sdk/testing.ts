import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from '../paths.ts';
import { filesIn } from './emit.ts';

/** Packages are installed beside the SDK; the build of plugins is a part of it that is there already. */
const outside: Plugin = {
  name: 'outside',
  setup(context) {
    context.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@flux-host/') ? undefined : { path, external: true },
    );
    context.onResolve({ filter: /^\.\.\/typescript\/build\/index\.ts$/ }, () => ({
      path: '../typescript/build/index.js',
      external: true,
    }));
  },
};

/**
 * Puts the test library and the part of the host that it runs plugins in, its sandbox, into one folder.
 * @param out the package, as the compiler left it
 */
export async function bundleTesting(out: string): Promise<void> {
  const folder = join(out, 'testing');
  const declared = declarations(folder, 'index.d.ts');
  for (const file of filesIn(folder)) if (!declared.has(file)) rmSync(join(folder, file));
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'sdk/testing/index.ts', sandbox: 'host/sandbox/guest/worker.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    plugins: [outside],
    logLevel: 'warning',
  });
}

/** A declaration file and those that it imports, which must not lead out of the package. */
function declarations(folder: string, entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from |import\()["']([^"']+)["']/g)) {
      if (specifier.startsWith('@flux-host/'))
        throw new Error(`testing/${file} declares a type of ${specifier}`);
      if (!specifier.startsWith('.')) continue;
      const path = new URL(specifier, `file:///${file}`);
      // What is above the folder is another part of the package.
      if (!specifier.startsWith('../') || file.includes('/')) visitIf(path.pathname.slice(1));
    }
  };
  const all = new Set(filesIn(folder));
  const visitIf = (path: string) => {
    const file = path.replace(/\.js$/, '.d.ts');
    if (all.has(file)) visit(file);
  };
  visit(entry);
  return found;
}
