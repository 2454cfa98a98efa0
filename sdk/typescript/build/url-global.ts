import { build, type Plugin } from 'esbuild';
import { sdkFile } from './sdk-file.ts';

/**
 * Replaces the globals URL and URLSearchParams wherever they are used. It has a name and not a path, which would become part of
 * the module where a library in CommonJS uses them.
 */
export const urlModule = 'flux:url';

const coreJs = 'flux:core-js';
const namespace = 'flux';
const globals = `
export { URL, URL as 'globalThis.URL', URLSearchParams, URLSearchParams as 'globalThis.URLSearchParams' } from '${coreJs}';
`;
let coreJsBundle: Promise<string> | null = null;

/** core-js as one module: its hundred files are read once in a process, and their places stay out of the plugin. */
async function bundleCoreJs(): Promise<string> {
  const result = await build({
    entryPoints: [sdkFile('runtime/globals/core-js.js')],
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Provides {@link urlModule}. */
export const urlGlobal: Plugin = {
  name: 'flux-url',
  setup(context) {
    context.onResolve({ filter: /^flux:(url|core-js)$/ }, ({ path }) => ({
      path,
      namespace,
      sideEffects: false,
    }));
    context.onLoad({ filter: /^flux:/, namespace }, async ({ path }) => {
      if (path === urlModule) return { contents: globals, loader: 'js' };
      coreJsBundle ??= bundleCoreJs();
      return { contents: await coreJsBundle, loader: 'js' };
    });
  },
};
