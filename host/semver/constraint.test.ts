import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConstraint } from './constraint.ts';
import { compareVersions, parseVersion } from './version.ts';

function matching(range: string, versions: string): string {
  const constraint = parseConstraint(range);
  const found = versions.split(' ').filter((text) => {
    const version = parseVersion(text);
    return version !== null && constraint.matches(version);
  });
  return found.join(' ');
}

/** Answers of Masterminds/semver 3.4. */
const cases: readonly [range: string, versions: string, matching: string][] = [
  ['1.0.x', '1.0.0 1.0.9 1.1.0 0.1.0', '1.0.0 1.0.9'],
  ['1.2', '1.2.0 1.2.7 1.3.0', '1.2.0 1.2.7'],
  ['*', '0.0.1 12.4.0 1.0.0-rc.1', '0.0.1 12.4.0'],
  ['^*', '0.0.0 0.0.1 1.0.0', '0.0.0'],
  ['>1', '1.9.9 2.0.0', '2.0.0'],
  ['>1.2', '1.2.9 1.3.0 2.0.0', '1.3.0 2.0.0'],
  ['<=1', '1.9.9 2.0.0', '1.9.9'],
  ['<=1.2', '1.2.9 1.3.0', '1.2.9'],
  ['!=1.x', '1.2.3 2.0.0', '2.0.0'],
  ['!=1.2.3', '1.2.3 1.2.4 1.2.4-rc.1', '1.2.4'],
  ['!=*', '0.0.0 0.0.1', '0.0.1'],
  ['~1.2.3', '1.2.2 1.2.3 1.2.9 1.3.0', '1.2.3 1.2.9'],
  ['~>2', '2.0.0 2.9.0 3.0.0', '2.0.0 2.9.0'],
  ['~0.0.0', '0.0.0 7.1.0', '0.0.0 7.1.0'],
  ['^1.2.3', '1.2.2 1.9.0 2.0.0', '1.9.0'],
  ['^0.2.3', '0.2.3 0.2.9 0.3.0', '0.2.3 0.2.9'],
  ['^0.0.3', '0.0.3 0.0.4', '0.0.3'],
  ['^0.0', '0.0.9 0.1.0', '0.0.9'],
  ['^0', '0.9.0 1.0.0', '0.9.0'],
  ['1.2 - 1.4.5', '1.1.9 1.2.0 1.4.5 1.4.6', '1.2.0 1.4.5'],
  ['>=1.0, <2.0 || 3.x', '0.9.0 1.5.0 2.0.0 3.1.0', '1.5.0 3.1.0'],
  ['>= 1.0 < 2.0', '0.9.0 1.5.0 2.0.0', '1.5.0'],
  ['>=1.0.0-0', '1.0.0-alpha 1.0.0 2.0.0-rc.1', '1.0.0-alpha 1.0.0 2.0.0-rc.1'],
  ['>=1.0.0-0 <2', '1.5.0-alpha 1.5.0', '1.5.0-alpha 1.5.0'],
  ['=>1.0 =<1.1', 'v1.0.5 1.1.7 1.2.0', 'v1.0.5 1.1.7'],
  ['1.0.0', '1.0 1.0.0+build v1.0.0', '1.0 1.0.0+build v1.0.0'],
];

for (const [range, versions, expected] of cases) {
  test(`${range} of ${versions}`, () => assert.is(matching(range, versions), expected));
}

for (const range of ['', ' ', '==1.0', '1.2.3.4', 'latest', '1.0,', '>', '1.0 || ', '>=1.0;<2', '1x']) {
  test(`the range "${range}" is refused`, () =>
    assert.throws(() => parseConstraint(range), /improper constraint/));
}

test('versions are put in the order of semver.org, whatever their length', () => {
  const ordered =
    '0.0.1 1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.20240101123456789012';
  const shuffled = ordered.split(' ').toReversed();
  const sorted = shuffled
    .flatMap((text) => parseVersion(text) ?? [])
    .toSorted(compareVersions)
    .map(({ original }) => original);
  assert.equal(sorted, ordered.split(' ').slice(0, -1), 'the last one does not fit into 64 bits');
});

for (const text of ['', 'v', '1.2.3.4', '1.0.0-01', 'latest', '1.0.0-', '01.a', `1.0.0-${'a'.repeat(300)}`]) {
  test(`"${text.slice(0, 20)}" is no version`, () => assert.is(parseVersion(text), null));
}

test.run();
