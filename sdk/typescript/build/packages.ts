import type { Plugin } from 'esbuild';
import { sdkFile } from './sdk-file.ts';

const sdkPackage = '@flux-host/sdk';
const sdkFolder = sdkFile('.');

/** Marks a question of our own, which is not to be answered by ourselves. */
const resolving = Symbol('resolving');

/** How imports are found. */
export const packages: Plugin = {
  name: 'flux-packages',
  setup(context) {
    // The SDK is always the one that the builder is part of: its runtime and engine belong together.
    context.onResolve({ filter: /^@flux-host\/sdk\// }, ({ path }) => {
      const name = path.slice(sdkPackage.length + 1);
      return { path: sdkFile(name === 'typescript' ? 'index.ts' : `../${name}`) };
    });
    // Mustache does not say that it can be left out where it is not used.
    context.onResolve({ filter: /^mustache$/ }, async ({ path, resolveDir, pluginData }) => {
      if (pluginData === resolving || !resolveDir.startsWith(sdkFolder)) return undefined;
      const question = { resolveDir, kind: 'import-statement', pluginData: resolving } as const;
      return { path: (await context.resolve(path, question)).path, sideEffects: false };
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
