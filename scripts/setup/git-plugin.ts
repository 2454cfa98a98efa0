import { goBuild, wasmEnv } from '../go.ts';
import type { Step } from '../steps.ts';

/** go-git as a source plugin. */
export const gitPlugin: Step = {
  name: 'git plugin',
  inputs: ['plugins/git', 'sdk/go', 'scripts/setup/git-plugin.ts'],
  outputs: ['.build/plugins/git.wasm'],
  usually: '1 min',
  run: (log) =>
    goBuild(
      {
        dir: 'plugins/git',
        out: '.build/plugins/git.wasm',
        env: wasmEnv,
        buildmode: 'c-shared',
        ldflags: '-s -w',
      },
      log,
    ),
};
