import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLibrary, type Library } from './library.ts';
import type { Installation, InstallRecord } from './record.ts';

const root = mkdtempSync(join(tmpdir(), 'flux-host-library-'));
test.after(() => rmSync(root, { recursive: true }));

async function opened(dir = mkdtempSync(join(root, 'l-'))): Promise<Library & { dir: string }> {
  const library = createLibrary(dir);
  await library.open();
  return { ...library, dir };
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const installed = (text: string): Installation => ({
  digest: digestOf(text),
  image: digestOf(`i${text}`),
  version: '1.0.0',
});

async function add(library: Library, text: string): Promise<void> {
  await library.add(digestOf(text), async (file) => writeFileSync(file, text));
}

const recordOf = (current: string, more: Partial<InstallRecord> = {}): InstallRecord => ({
  uid: 'u',
  current: installed(current),
  ...more,
});

test('what was stored is there after a restart, whole and checked', async () => {
  const { dir, ...library } = await opened();
  await library.update('a', () => recordOf('one'));
  await add(library, 'one');
  const again = await opened(dir);
  assert.ok(await again.has(digestOf('one')));
  assert.equal(await again.read('a'), recordOf('one'));
  assert.is(readFileSync(again.fileOf(digestOf('one')), 'utf8'), 'one');
});

test('a file that was changed is as good as none', async () => {
  const library = await opened();
  await library.update('a', () => recordOf('one'));
  await add(library, 'one');
  writeFileSync(library.fileOf(digestOf('one')), 'other');
  assert.not(await library.has(digestOf('one')));
});

test('a download that fails leaves nothing behind', async () => {
  const library = await opened();
  const failing = library.add(digestOf('one'), async (file) => {
    writeFileSync(file, 'half');
    throw new Error('connection lost');
  });
  await failing.then(
    () => assert.unreachable(),
    (error: unknown) => assert.match(String(error), /connection lost/),
  );
  assert.equal([readdirSync(join(library.dir, 'tmp')), readdirSync(join(library.dir, 'modules'))], [[], []]);
});

test('modules that nobody needs any more go; what may be needed stays', async () => {
  const library = await opened();
  const candidate = digestOf('candidate');
  await library.update('a', () => recordOf('new', { previous: installed('old'), candidate }));
  for (const text of ['new', 'old', 'candidate']) await add(library, text);
  await library.update('b', () => recordOf('old'));
  await library.update('a', () => recordOf('new'));
  assert.ok(await library.has(digestOf('new')));
  assert.ok(await library.has(digestOf('old')), 'another plugin has it, too');
  assert.not(existsSync(library.fileOf(candidate)));
  await library.update('b', () => undefined);
  assert.not(existsSync(library.fileOf(digestOf('old'))));
  assert.equal(await library.list(), ['a']);
});

test('changes of a record come one after the other', async () => {
  const library = await opened();
  const grow = () => library.update('a', (record) => ({ uid: `${record?.uid ?? ''}x` }));
  await Promise.all(Array.from({ length: 20 }, grow));
  assert.is((await library.read('a'))?.uid.length, 20);
});

test('a record that was damaged is as good as none', async () => {
  const library = await opened();
  writeFileSync(join(library.dir, 'records', 'a.json'), '{"uid":');
  writeFileSync(join(library.dir, 'records', 'b.json'), '{"uid":1}');
  assert.is(await library.read('a'), undefined);
  assert.is(await library.read('b'), undefined);
  await library.update('a', () => recordOf('one'));
  assert.is((await library.read('a'))?.uid, 'u');
});

test('what is no digest names no file', async () => {
  const library = await opened();
  assert.throws(() => library.fileOf('sha256:../../etc/passwd'), /is no sha256 digest/);
});

test('temporary files of a crash are gone after the start', async () => {
  const { dir } = await opened();
  writeFileSync(join(dir, 'tmp', 'half'), 'x');
  await opened(dir);
  assert.equal(readdirSync(join(dir, 'tmp')), []);
});

test.run();
