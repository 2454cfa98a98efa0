import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRange } from './range.ts';
import { compareVersions, parsePartialVersion, parseVersion, type Version } from './version.ts';

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`${text} is no version`);
  return parsed;
}

test('a version has three numbers, with or without a v', () => {
  assert.is(version('v1.2.3-rc.1+build').prerelease, 'rc.1');
  assert.is(compareVersions(version('v2025.07.03'), version('2025.7.3')), 0);
  for (const text of ['1', '1.2', '1.2.beta', '1.2.3-', '1.2.3-01', 'latest', 'V1.2.3', '1.2.3.4']) {
    assert.is(parseVersion(text), undefined, text);
  }
});

test('Helm and the bounds of ranges accept a version that lacks numbers', () => {
  const found = parsePartialVersion('v1.2');
  assert.ok(found);
  assert.is(compareVersions(found, version('1.2.0')), 0);
  assert.is(parsePartialVersion('1.2.3.4'), undefined);
  assert.is(parsePartialVersion(`${2n ** 64n}.0.0`), undefined);
});

test('versions are ordered as semver.org says', () => {
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'].concat([
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ]);
  for (let index = 1; index < ordered.length; index += 1) {
    const [a, b] = [version(ordered[index - 1] ?? ''), version(ordered[index] ?? '')];
    assert.ok(compareVersions(a, b) < 0, `${a.original} < ${b.original}`);
    assert.ok(compareVersions(b, a) > 0, `${b.original} > ${a.original}`);
  }
  assert.is(compareVersions(version('1.0.0+a'), version('v1.0.0+b')), 0);
});

/** Range, versions inside, versions outside. */
const ranges: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['1.2.3', ['1.2.3'], ['1.2.4', '1.2.3-rc.1']],
  ['=1.2', ['1.2.0', '1.2.9'], ['1.3.0', '1.1.9']],
  ['1.x', ['1.0.0', '1.9.9'], ['2.0.0', '0.9.0', '1.5.0-rc.1']],
  ['*', ['0.0.1', '9.9.9'], ['1.0.0-alpha']],
  ['>=1.0.0-0', ['1.0.0-alpha', '1.0.0', '2.0.0-rc.1'], ['0.9.9']],
  ['>= 1.2, < 2', ['1.2.0', '1.9.9'], ['2.0.0', '1.1.9']],
  ['>=1.2 <2 || 3.x', ['1.5.0', '3.1.0'], ['2.5.0']],
  ['1.2 - 1.4.5', ['1.2.0', '1.4.5'], ['1.4.6', '1.1.9']],
  ['1.2 - 1.4', ['1.4.9'], ['1.5.0']],
  ['~1.2.3', ['1.2.3', '1.2.9'], ['1.3.0', '1.2.2']],
  ['~1', ['1.0.0', '1.9.0'], ['2.0.0']],
  ['^1.2.3', ['1.2.3', '1.9.9'], ['2.0.0', '1.2.2']],
  ['^0.2.3', ['0.2.3', '0.2.9'], ['0.3.0', '1.0.0']],
  ['^0.0.3', ['0.0.3'], ['0.0.4', '0.1.0']],
  ['^0.0', ['0.0.0', '0.0.9'], ['0.1.0']],
  ['^0', ['0.9.9'], ['1.0.0']],
  ['>11', ['12.0.0'], ['11.9.9', '11.0.0']],
  ['>11.1', ['11.2.0', '12.0.0'], ['11.1.5']],
  ['<=11', ['11.9.9', '10.0.0'], ['12.0.0']],
  ['<=1.2', ['1.2.9', '0.9.0'], ['1.3.0', '2.0.0']],
  ['!=1.2.3', ['1.2.4'], ['1.2.3']],
  ['!=1.2', ['1.3.0'], ['1.2.9']],
  ['>=v1.0.0', ['v1.0.0', '1.1.0'], ['0.9.0']],
  ['^*', ['0.0.0'], ['0.0.1', '1.0.0']],
  ['!=*', ['0.0.1'], ['0.0.0']],
  ['~0.0.0', ['0.0.0', '7.1.0'], []],
  ['>01.2', ['1.3.0'], ['1.2.9']],
  ['>=1.0.0-0 <2', ['1.5.0-alpha', '1.5.0'], ['2.0.0']],
  ['>20240101123456', ['20240101123457.0.0'], ['20240101123456.1.0']],
];

for (const [text, inside, outside] of ranges) {
  test(`the range ${text}`, () => {
    const accepts = parseRange(text);
    for (const each of inside) assert.ok(accepts(version(each)), `${each} is in it`);
    for (const each of outside) assert.not(accepts(version(each)), `${each} is not in it`);
  });
}

test('what is no range is refused', () => {
  for (const text of [
    '',
    ' ',
    'latest',
    '>',
    '1.2.3.4',
    '>=1.0 ||',
    '1.2-x!',
    '>>1',
    'a b',
    '==1.0',
    '1.0,',
    '1x',
  ]) {
    assert.throws(() => parseRange(text), /improper constraint/, text);
  }
});

test('a long text takes no long time', () => {
  assert.throws(() => parseRange('1'.repeat(100_000)), /at most/);
  assert.is(parseVersion(`1.2.3-${'a'.repeat(100_000)}`), undefined);
});

test.run();
