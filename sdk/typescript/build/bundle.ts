import { realpathSync } from 'node:fs';
import { build, type Message } from 'esbuild';
import { bundleName, type StackMap } from '../runtime/stack-map.ts';
import { badSource } from './errors.ts';
import { packages } from './packages.ts';
import { positionsOf } from './positions.ts';
import { sdkFile } from './sdk-file.ts';
import { urlGlobal, urlModule } from './url-global.ts';

/** All of a plugin in one script. */
export interface Bundle {
  readonly code: string;
  readonly map: StackMap;
}

export interface BundleOptions {
  readonly entry: string;
  /** Folder that paths are shown relative to. */
  readonly dir: string;
  /** Shortens names, too: smaller, but stacks no longer have the names of functions. */
  readonly minify: boolean;
}

/** Globals first: libraries look for them when they are evaluated. */
const main = (entry: string) => `
import ${JSON.stringify(sdkFile('runtime/globals/install.ts'))};
import * as module from ${JSON.stringify(entry)};
import { serve } from ${JSON.stringify(sdkFile('runtime/serve.ts'))};
serve(module);
`;

/**
 * Compiles and joins the author's sources, what they import, and the SDK's runtime.
 * @throws BuildError FLUX_E_SDK_SOURCE with file, line and column
 */
export async function bundle({ entry, dir, minify }: BundleOptions): Promise<Bundle> {
  const root = realpathSync(dir);
  const result = await build({
    stdin: { contents: main(entry), resolveDir: dir, sourcefile: 'flux-main.js', loader: 'js' },
    absWorkingDir: root,
    outfile: bundleName,
    write: false,
    bundle: true,
    format: 'iife',
    target: 'es2024',
    // Of a library that comes in several forms a plugin takes the one that needs no Node, as other runtimes without it do.
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['worker', 'import', 'default'],
    define: { 'process.env.NODE_ENV': '"production"' },
    inject: [urlModule],
    plugins: [urlGlobal, packages],
    sourcemap: 'external',
    sourcesContent: false,
    // Comments in the output would have paths in them.
    minifyWhitespace: true,
    minifySyntax: minify,
    minifyIdentifiers: minify,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  }).catch((error: unknown) => {
    if (error instanceof Error && 'errors' in error && Array.isArray(error.errors))
      throw sourceError(error.errors);
    throw error;
  });
  const content = (name: string) => result.outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return { code: content(bundleName), map: positionsOf(content(`${bundleName}.map`), root) };
}

function sourceError(errors: readonly Message[]) {
  const places = errors.map(({ text, location }) => ({
    file: location?.file ?? 'plugin',
    line: location?.line ?? 1,
    column: (location?.column ?? 0) + 1,
    text,
  }));
  const missing = errors.some(({ text }) => text.startsWith('Could not resolve'));
  return badSource(
    places,
    missing ? 'install the package with npm, or correct the path of the import' : undefined,
  );
}
