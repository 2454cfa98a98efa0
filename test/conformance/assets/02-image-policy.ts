import { choiceOf } from '@flux-host/host/image/policy/choose.ts';
import { candidatesOf } from '@flux-host/host/image/policy/filter.ts';
import { type AssetRunner, fail, type Outcome, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { type TableCase, tables } from '../table.ts';

interface Input {
  readonly semverRange?: string;
  readonly semverRanges?: readonly string[];
  readonly order?: string;
  readonly versions?: readonly string[];
  readonly pattern?: string;
  readonly extract?: string;
  readonly tags?: readonly string[];
}

interface Expected {
  readonly expectErr?: boolean;
  readonly expectedVersion?: string;
  readonly expected?: readonly string[];
}

type Case = TableCase<Input, Expected>;

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Input, Expected>(dir)) {
      const check = checks[table.function];
      for (const each of table.cases) {
        yield {
          name: `${table.function}: ${each.name}`,
          run: () => (check ? check(each) : skip(`nothing here is like ${table.function}`)),
        };
      }
    }
  },
};

const checks: Readonly<Record<string, (each: Case) => Outcome>> = {
  TestSemVer_Latest: (each) =>
    latest(each, () => choiceOf({ semver: { range: each.input.semverRange ?? '' } })),
  TestAlphabetical_Latest: (each) => latest(each, () => choiceOf({ alphabetical: orderOf(each) })),
  TestNumerical_Latest: (each) => latest(each, () => choiceOf({ numerical: orderOf(each) })),
  TestNewSemVer: (each) =>
    accepted(each, () => {
      for (const range of each.input.semverRanges ?? []) choiceOf({ semver: { range } });
    }),
  TestNewAlphabetical: (each) => accepted(each, () => choiceOf({ alphabetical: orderOf(each) })),
  TestNewNumerical: (each) => accepted(each, () => choiceOf({ numerical: orderOf(each) })),
  TestRegexFilter: ({ input, expected }) => {
    const { tags = [], pattern = '', extract = '' } = input;
    return compare(
      [...(expected.expected ?? [])].sort(),
      [...candidatesOf(tags, { pattern, extract }).values].sort(),
    );
  },
};

/** The tables write the order as Flux's code has it inside; `invalid` is there to be refused. */
function orderOf({ input }: Case): { order: 'asc' | 'desc' } {
  return JSON.parse(JSON.stringify({ order: input.order ?? '' }));
}

function latest(each: Case, choice: () => (versions: readonly string[]) => string): Outcome {
  const { expected, input } = each;
  try {
    const chosen = choice()(input.versions ?? []);
    return expected.expectErr
      ? fail(`an error was expected, and ${JSON.stringify(chosen)} was chosen`)
      : compare(expected.expectedVersion, chosen);
  } catch (error) {
    return expected.expectErr ? pass : fail(String(error));
  }
}

function accepted({ expected }: Case, make: () => unknown): Outcome {
  try {
    make();
    return expected.expectErr ? fail('an error was expected, and there was none') : pass;
  } catch (error) {
    return expected.expectErr ? pass : fail(String(error));
  }
}
