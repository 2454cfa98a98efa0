import { join } from 'node:path';
import { startIssuer } from '@flux-host/host/receivers/testing/issuer.ts';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail } from '../asset.ts';
import { checkOidc, Tokens } from '../receivers/oidc.ts';
import { checkPayload } from '../receivers/payload.ts';
import { checkClaimRules, checkFilterExpression, checkPath, checkStacking } from '../receivers/rules.ts';
import { openWorld } from '../receivers/world.ts';
import { type Table, tables } from '../table.ts';

const pluginsDir = join(import.meta.dirname, '..', '..', '..', '.build', 'plugins');

export const runner: AssetRunner = {
  async *cases(dir) {
    const [world, issuer] = await Promise.all([openWorld(pluginsDir), startIssuer()]);
    try {
      for (const table of tables<never, never>(dir)) {
        const { file } = table;
        const check = checkOf(table);
        for (const { name, input, expected } of table.cases) {
          yield { name: `${file}: ${name}`, run: () => check(input, expected) };
        }
      }
    } finally {
      await Promise.all([world.close(), issuer.close()]);
    }

    function checkOf(
      table: Table<never, never>,
    ): (input: never, expected: never) => Outcome | Promise<Outcome> {
      switch (table.function) {
        case 'Test_handlePayload':
          return (input, expected) => checkPayload(world, input, expected);
        case 'TestValidateGenericOIDC': {
          const tokens = new Tokens(
            issuer,
            table.cases.map(({ input }) => input),
          );
          return (input, expected) => checkOidc(world, { input, expected }, { issuer, tokens });
        }
        case 'TestOIDCClaimsProcessor_Evaluate':
          return checkClaimRules;
        case 'TestResourceFilterStacking':
          return checkStacking;
        case 'TestValidateCELExpressionInvalidExpressions':
        case 'TestValidateCELExpressionValidExpressions':
          return ({ expression }: { expression: string }, { wantError }: { wantError?: string }) =>
            checkFilterExpression(expression, wantError);
        case 'webhook path':
          return checkPath;
        default:
          return () => fail(`nothing reads ${table.file}.json`);
      }
    }
  },
  notes: ['tokens of the recorded issuer are signed anew, since its key was not recorded'],
};
