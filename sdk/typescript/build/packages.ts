import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Absolute path of a file of the SDK's TypeScript folder. */
export function sdkFile(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

/** Replaces the globals URL and URLSearchParams wherever they are used. */
export const urlModule = sdkFile('runtime/globals/url.js');

const coreJs = sdkFile('runtime/globals/core-js.js');
/** Marks a question of our own, which is not to be answered by ourselves. */
const resolving = Symbol('resolving');
const sdkPackage = '@flux-host/sdk';
let coreJsBundle: Promise<string> | null = null;

/** core-js as one module: its hundred files are read once in a process, and their places stay out of the plugin. */
async function bundleCoreJs(): Promise<string> {
  const result = await build({
    entryPoints: [coreJs],
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

/** How imports are found. The SDK is always the one that the builder is part of: its runtime and engine belong together. */
export const packages: Plugin = {
  name: 'flux-packages',
  setup(context) {
    context.onResolve({ filter: /[\\/]globals[\\/]url\.js$/ }, ({ path }) =>
      path === urlModule ? { path, sideEffects: false } : undefined,
    );
    context.onResolve({ filter: /^\.\/core-js\.js$/ }, ({ importer }) =>
      importer === urlModule ? { path: coreJs, sideEffects: false } : undefined,
    );
    context.onLoad({ filter: /[\\/]core-js\.js$/ }, async ({ path }) => {
      if (path !== coreJs) return undefined;
      coreJsBundle ??= bundleCoreJs();
      return { contents: await coreJsBundle, loader: 'js' };
    });
    context.onResolve({ filter: /^@flux-host\/sdk\// }, ({ path }) => {
      const name = path.slice(sdkPackage.length + 1);
      return { path: sdkFile(name === 'typescript' ? 'index.ts' : `../${name}`) };
    });
    // It does not say so itself: plugins without a template do without it.
    context.onResolve({ filter: /^mustache$/ }, async ({ path, resolveDir, pluginData }) => {
      if (pluginData === resolving || !resolveDir.startsWith(sdkFile('.'))) return undefined;
      const found = await context.resolve(path, {
        resolveDir,
        kind: 'import-statement',
        pluginData: resolving,
      });
      return { path: found.path, sideEffects: false };
    });
    context.onResolve({ filter: /^node:/ }, ({ path }) => ({
      errors: [
        {
          text: `${path} is not there in a plugin: see '@flux-host/sdk/typescript' for files, hashes and the network`,
        },
      ],
    }));
  },
};
