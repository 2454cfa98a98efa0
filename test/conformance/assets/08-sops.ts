import type { AssetRunner } from '../asset.ts';
import { documentCases } from './sops/documents.ts';
import { sourceCases } from './sops/source-tables.ts';
import { tableCases } from './sops/tables.ts';
import { treeCases } from './sops/tree.ts';
import { openWorkbench } from './sops/workbench.ts';

export const runner: AssetRunner = {
  async *cases(dir) {
    const bench = await openWorkbench();
    try {
      yield* documentCases(dir, bench);
      yield* tableCases(dir, bench);
      yield* sourceCases(dir, bench);
      yield* treeCases(dir, bench);
    } finally {
      await bench.close();
    }
  },
  notes: [
    'MACs are always checked, against the file that a resource was in; kustomize-controller does not check them',
    'error messages never quote a value, so there is nothing to redact in them afterwards',
  ],
};
