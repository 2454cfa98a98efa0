import { maskToken } from '@flux-host/host/observability/redact.ts';
import type { AssetRunner } from '../asset.ts';
import { compare } from '../diff.ts';
import { tables } from '../table.ts';

interface Input {
  readonly originalErrStr: string;
  readonly token: string;
}

interface Expected {
  readonly expectErr?: boolean;
  readonly expectedErrStr?: string;
}

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Input, Expected>(dir)) {
      for (const [i, { name, input, expected }] of table.cases.entries()) {
        const run = () =>
          compare(expected.expectedErrStr ?? '', maskToken(input.originalErrStr, input.token));
        yield { name: `${name} (${i})`, run };
      }
    }
  },
};
