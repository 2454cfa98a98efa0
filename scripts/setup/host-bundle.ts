import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../paths.ts';
import type { Step } from '../steps.ts';

const out = '.build/host';

/**
 * The host as it is shipped: plain JavaScript, one file a thread. It starts in a third of the time and takes half the memory of the sources, since
 * no thread has to carry a TypeScript compiler.
 */
export const hostBundle: Step = {
  name: 'host bundle',
  inputs: ['host', 'crds', 'sdk/contract', 'sdk/module', 'scripts/setup/host-bundle.ts'],
  outputs: [`${out}/main.js`],
  usually: '1 s',
  async run() {
    rmSync(join(root, out), { recursive: true, force: true });
    const { dependencies } = JSON.parse(await readFile(join(root, 'host/package.json'), 'utf8'));
    await build({
      absWorkingDir: root,
      entryPoints: {
        main: 'host/main.ts',
        artifacts: 'host/artifacts/worker.ts',
        render: 'host/build/render/worker.ts',
        sandbox: 'host/sandbox/guest/worker.ts',
      },
      outdir: out,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      sourcemap: true,
      // What npm installed stays as it is: only our own sources are put together.
      external: Object.keys(dependencies).filter((name) => !name.startsWith('@flux-host/')),
      logLevel: 'warning',
    });
  },
};
