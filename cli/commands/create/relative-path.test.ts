import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { relativePath } from './relative-path.ts';

const cases: readonly (readonly [string, string])[] = [
  ['./', './'],
  ['', './'],
  ['.', './'],
  ['/', './'],
  ['deploy', './deploy'],
  ['./deploy/prod/', './deploy/prod'],
  ['deploy//prod/../test', './deploy/test'],
  ['../../etc', './etc'],
  ['  ./spaces  ', './spaces'],
];

test('a path begins with ./ and stays inside', () => {
  for (const [given, expected] of cases) assert.is(relativePath(given, 'linux'), expected, given);
});

test('backslashes separate on Windows only', () => {
  assert.is(relativePath('.\\deploy\\prod', 'win32'), './deploy/prod');
  assert.is(relativePath('..\\..\\etc', 'win32'), './etc');
  assert.is(relativePath('odd\\name', 'linux'), './odd\\name');
});

test.run();
