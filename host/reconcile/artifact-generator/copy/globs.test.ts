import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contentHash } from '../content-hash.ts';
import { deepGlob, excluder, glob, literalRoot } from './globs.ts';

const dir = mkdtempSync(join(tmpdir(), 'globs-'));
for (const path of ['a.yaml', '.hidden.yaml', 'd/b.yaml', 'd/e/c.yaml', 'd/e/x.tgz']) {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), path);
}
test.after(() => rmSync(dir, { recursive: true }));

test('no star goes past a slash, and hidden files are files', async () => {
  assert.equal(await glob(dir, '*.yaml'), ['.hidden.yaml', 'a.yaml']);
  assert.equal(await glob(dir, 'd/**'), ['d/b.yaml', 'd/e']);
  assert.equal(await glob(dir, '*/e/c.*'), ['d/e/c.yaml']);
  assert.equal(await glob(dir, 'x/*'), []);
});

test('two stars go to any depth where archives are looked for', async () => {
  assert.equal(await deepGlob(dir, '**/*.tgz'), ['d/e/x.tgz']);
  assert.equal(await deepGlob(dir, 'd/**'), ['d/b.yaml', 'd/e/c.yaml', 'd/e/x.tgz']);
});

test('what is left out is a path below the folder, or a name at any depth', () => {
  const isExcluded = excluder(['e/**', '*.md', '{a,b}.yaml', '[!x]z'], 'd');
  for (const path of ['d/e/c', 'd/q/README.md', 'd/a.yaml', 'd/q/b.yaml', 'd/yz'])
    assert.ok(isExcluded(path), path);
  for (const path of ['e/c', 'd/x/e/c', 'd/c.yaml', 'd/xz']) assert.not(isExcluded(path), path);
  assert.throws(() => excluder(['[a'], '.'), /invalid exclude pattern '\[a'/);
  assert.throws(() => excluder(['{a'], '.'), /invalid exclude pattern/);
});

test('the folders in front of a pattern are told', () => {
  assert.is(literalRoot('a/b/*.yaml'), 'a/b');
  assert.is(literalRoot('*.yaml'), '.');
});

test('the name of the file follows names and content', async () => {
  const first = await contentHash(join(dir, 'd'), 'app');
  assert.match(first, /^\d+$/);
  assert.is(await contentHash(join(dir, 'd'), 'app'), first);
  assert.is.not(await contentHash(join(dir, 'd'), 'other'), first);
});

test.run();
