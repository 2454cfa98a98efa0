import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifest, embedManifest } from '../../sdk/module/manifest.ts';
import { goBuild, wasmEnv } from '../go.ts';
import { root } from '../paths.ts';
import type { Step } from '../steps.ts';

const source = 'plugins/git';
const raw = '.build/wasm/git.raw.wasm';
const output = '.build/plugins/git.wasm';

/** Git's fetch protocol over HTTP and SSH as a source plugin. */
export const gitPlugin: Step = {
  name: 'git plugin',
  inputs: [source, 'sdk/go', 'sdk/module', 'sdk/contract/manifest.ts', 'scripts/setup/git-plugin.ts'],
  outputs: [output],
  usually: '1 min',
  async run(log) {
    await goBuild({ dir: source, out: raw, env: wasmEnv, buildmode: 'c-shared', ldflags: '-s -w' }, log);
    const manifest = checkManifest(JSON.parse(readFileSync(join(root, source, 'plugin.json'), 'utf8')));
    writeFileSync(join(root, output), embedManifest(readFileSync(join(root, raw)), manifest));
  },
};
