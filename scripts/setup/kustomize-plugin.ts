import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifest, embedManifest } from '../../sdk/module/manifest.ts';
import { goBuild, wasmEnv } from '../go.ts';
import { root } from '../paths.ts';
import type { Step } from '../steps.ts';
import { preInitialise } from './wizer.ts';

const source = 'plugins/kustomize';
const raw = '.build/wasm/kustomize.raw.wasm';
const output = '.build/plugins/kustomize.wasm';

/** The real kustomize as a builder plugin. */
export const kustomizePlugin: Step = {
  name: 'kustomize plugin',
  inputs: [
    source,
    'sdk/go',
    'sdk/module',
    'sdk/contract/manifest.ts',
    'scripts/setup/kustomize-plugin.ts',
    'scripts/setup/wizer.ts',
  ],
  outputs: [output],
  usually: '2 min',
  async run(log) {
    await goBuild(
      { dir: source, out: raw, env: wasmEnv, tags: ['prewarm'], buildmode: 'c-shared', ldflags: '-s -w' },
      log,
    );
    const target = join(root, output);
    log('pre-initialising');
    await preInitialise({ input: join(root, raw), output: target }, log);
    const manifest = checkManifest(JSON.parse(readFileSync(join(root, source, 'plugin.json'), 'utf8')));
    writeFileSync(target, embedManifest(readFileSync(target), manifest));
  },
};
