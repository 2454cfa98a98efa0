import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { compileGlob } from '@flux-host/sdk/ignore/glob.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder, writeFiles } from '../test/helpers.ts';
import { filterOf, ignoreFilter, resolveFilter } from './ignore.ts';

const paths = [
  'app.yaml',
  'logo.png',
  '.git/config',
  '.gitignore',
  'deploy/app.yaml',
  'deploy/secret.txt',
  '.github/ci.yml',
];

const kept = (ignored: (path: string, isDirectory: boolean) => boolean, names = paths): string[] =>
  names.filter((name) => !ignored(name, false));

test('Without any rule the defaults leave out version control, media and CI files', async () => {
  await inFolder(async (dir) => {
    assert.equal(kept(await ignoreFilter({ dir })), ['app.yaml', 'deploy/app.yaml', 'deploy/secret.txt']);
  });
});

test('A spec.ignore replaces the defaults but not the version control files', async () => {
  await inFolder(async (dir) => {
    const filter = await ignoreFilter({ dir, specIgnore: '*.txt' });
    assert.equal(kept(filter), ['app.yaml', 'logo.png', 'deploy/app.yaml', '.github/ci.yml']);
  });
});

test('A spec.ignore of comments alone counts as none', async () => {
  await inFolder(async (dir) => {
    const filter = await ignoreFilter({ dir, specIgnore: '# nothing\n\n' });
    assert.equal(kept(filter, ['logo.png', 'app.yaml']), ['app.yaml']);
  });
});

test('Everything ignored but one folder keeps that folder, at any depth below', async () => {
  await inFolder(async (dir) => {
    const filter = await ignoreFilter({ dir, specIgnore: '/*\n!/deploy' });
    assert.equal(kept(filter, ['app.yaml', 'deploy/app.yaml', 'deploy/a/b/c.yaml']), [
      'deploy/app.yaml',
      'deploy/a/b/c.yaml',
    ]);
  });
});

test('An ignore file in a folder speaks of that folder only, and spec.ignore has the last word', async () => {
  await inFolder(async (dir) => {
    writeFiles(dir, {
      '.sourceignore': 'a.txt\n',
      'sub/.sourceignore': 'b.txt\n!a.txt\n',
      '.git/.sourceignore': '*\n',
    });
    const names = ['a.txt', 'b.txt', 'sub/a.txt', 'sub/b.txt'];
    assert.equal(kept(await ignoreFilter({ dir }), names), ['b.txt', 'sub/a.txt']);
    assert.equal(kept(await ignoreFilter({ dir, specIgnore: '!b.txt' }), names), [
      'b.txt',
      'sub/a.txt',
      'sub/b.txt',
    ]);
  });
});

test('An ignore file with Windows line ends works', async () => {
  await inFolder(async (dir) => {
    writeFiles(dir, { '.sourceignore': '*.txt\r\n!keep.txt\r\n' });
    assert.equal(kept(await ignoreFilter({ dir }), ['a.txt', 'keep.txt']), ['keep.txt']);
  });
});

test('An ignore file that links out of the tree is not read', async () => {
  await inFolder(async (dir) => {
    writeFiles(dir, { outside: 'app.yaml\n', 'tree/inside': 'app.yaml\n', 'linked/app.yaml': '' });
    symlinkSync('../outside', join(dir, 'tree', '.sourceignore'));
    assert.equal(kept(await ignoreFilter({ dir: join(dir, 'tree') }), ['app.yaml']), ['app.yaml']);
    symlinkSync('../tree/inside', join(dir, 'linked', '.sourceignore'));
    assert.equal(kept(await ignoreFilter({ dir }), ['linked/app.yaml']), []);
  });
});

test('A pattern that ends in a slash ignores folders and what is in them, not files of that name', () => {
  const filter = filterOf([{ pattern: 'build/', domain: [] }]);
  assert.is(filter('build', false), false);
  assert.is(filter('build', true), true);
  assert.is(filter('a/build/x', false), true);
});

test('Patterns given as lines come after the version control files', async () => {
  const filter = await resolveFilter('unused', { patterns: ['*.md'] });
  assert.equal(kept(filter, ['README.md', '.gitmodules', 'logo.png']), ['logo.png']);
});

test('Shell patterns mean what they mean in Go', () => {
  const cases: [string, string, boolean][] = [
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', '.yaml', true],
    ['a?c', 'äbc', false],
    ['a?c', 'aäc', true],
    ['a?c', 'a😀c', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[!a]x', '!x', true],
    ['[a-]', 'a', false],
    ['[]a]', 'a', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\', 'a\\', false],
    ['*a*b*c', 'xxaxxbxxc', true],
    ['*a*b*c', 'xxbxxaxxc', false],
    ['a**b', 'axxb', true],
    ['', '', true],
  ];
  for (const [pattern, text, expected] of cases)
    assert.is(compileGlob(pattern)(text), expected, `${pattern} on ${text}`);
});

test('A pattern made to be slow is not', () => {
  // A backtracking matcher would need longer than the universe has.
  assert.is(compileGlob(`${'*a'.repeat(60)}b`)('a'.repeat(255)), false);
});

test.run();
