import { goBuild, wasmEnv } from '../go.ts';
import type { Step } from '../steps.ts';

/** The real kustomize as a builder plugin. */
export const kustomizePlugin: Step = {
  name: 'kustomize plugin',
  inputs: ['plugins/kustomize', 'sdk/go', 'scripts/setup/kustomize-plugin.ts'],
  outputs: ['.build/plugins/kustomize.wasm'],
  usually: '2 min',
  run: (log) =>
    goBuild(
      {
        dir: 'plugins/kustomize',
        out: '.build/plugins/kustomize.wasm',
        env: wasmEnv,
        buildmode: 'c-shared',
        ldflags: '-s -w',
      },
      log,
    ),
};
