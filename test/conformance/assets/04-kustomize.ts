import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssetRunner } from '../asset.ts';
import { generatorCases } from './kustomize/generator.ts';
import { tableCases } from './kustomize/tables.ts';
import { openWorkbench } from './kustomize/workbench.ts';

export const runner: AssetRunner = {
  async *cases(dir) {
    const scratch = mkdtempSync(join(tmpdir(), 'kustomize-'));
    const bench = await openWorkbench(scratch);
    try {
      yield* generatorCases(join(dir, 'generator'), bench);
      yield* tableCases(dir, bench);
    } finally {
      await bench.close();
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};
