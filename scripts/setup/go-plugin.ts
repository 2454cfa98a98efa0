import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifest, embedManifest } from '../../sdk/module/manifest.ts';
import { goBuild, wasmEnv } from '../go.ts';
import { root } from '../paths.ts';
import { type Step, writeWhole } from '../steps.ts';
import { preInitialise } from './wizer.ts';

/** A first-party plugin in Go: `plugins/<name>` becomes `.build/plugins/<name>.wasm`. */
export interface GoPlugin {
  readonly name: string;
  readonly usually: string;
  readonly tags?: readonly string[];
  /** The plugin uses Go's own file functions, which look for mounts while the program starts: the snapshot is taken with `/`. */
  readonly usesMounts?: boolean;
}

/** Builds the module, snapshots it after its start, and puts the manifest in. */
export function goPlugin({ name, usually, tags = [], usesMounts = false }: GoPlugin): Step {
  const source = `plugins/${name}`;
  const raw = `.build/wasm/${name}.raw.wasm`;
  const started = join(root, `.build/wasm/${name}.started.wasm`);
  const output = `.build/plugins/${name}.wasm`;
  return {
    name: `${name} plugin`,
    inputs: [
      source,
      'sdk/go',
      'sdk/module',
      'sdk/contract/manifest.ts',
      'scripts/go.ts',
      'scripts/setup/go-plugin.ts',
      'scripts/setup/wizer.ts',
    ],
    outputs: [output],
    usually,
    async run(log) {
      await goBuild(
        { dir: source, out: raw, env: wasmEnv, tags, buildmode: 'c-shared', ldflags: '-s -w' },
        log,
      );
      log('pre-initialising');
      await preInitialise({ input: join(root, raw), output: started, usesMounts }, log);
      const manifest = checkManifest(JSON.parse(readFileSync(join(root, source, 'plugin.json'), 'utf8')));
      writeWhole(join(root, output), embedManifest(readFileSync(started), manifest));
    },
  };
}
