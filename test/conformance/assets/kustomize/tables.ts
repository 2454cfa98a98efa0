import type { ConformanceCase } from '../../asset.ts';
import { type Outcome, skip } from '../../asset.ts';
import { tables } from '../../table.ts';
import {
  checkComponents,
  checkImages,
  checkLocalPath,
  checkMissingComponents,
  checkRemoteResource,
} from './merge-tables.ts';
import { checkEmptyFolder, checkScan } from './scan-tables.ts';
import type { Workbench } from './workbench.ts';

type Check = (bench: Workbench, input: never, expected: never) => Promise<Outcome>;

/** By the upstream test that a table was taken from. */
const checks: Readonly<Record<string, Check>> = {
  Test_Components: checkComponents,
  Test_IgnoreMissingComponents: checkMissingComponents,
  Test_Images: checkImages,
  Test_IsLocalRelativePath: checkLocalPath,
  TestKustomizationGenerator_WithRemoteResource: checkRemoteResource,
  TestGenerateManifest: checkEmptyFolder,
  TestScanManifests: checkScan,
  TestScanManifests_WithIgnorePatterns: checkScan,
};

export function* tableCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  for (const table of tables<never, never>(dir)) {
    for (const { name, input, expected } of table.cases) {
      const check = checks[table.function];
      yield {
        name: `${table.file}: ${name}`,
        run: () => check?.(bench, input, expected) ?? skip(`there is nothing that checks ${table.function}`),
      };
    }
  }
}
