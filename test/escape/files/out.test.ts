import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { repeated, type Step, step } from '../guest/program.ts';
import { moved, named, open, opened, read, write } from '../guest/wasi.ts';

/** Filling the disk, or writing somewhere else, from `/out`. */
const cage = createCage();
const root = mkdtempSync(join(tmpdir(), 'escape-out-'));
const out = join(root, 'out');
const quota = 10_000;
const limits = { outFileBytes: quota, outFiles: 20 };

test.before.each(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(root, 'beside'), 'as it was');
});
test.after(async () => {
  await cage.close();
  rmSync(root, { recursive: true, force: true });
});

function bytesBelow(dir: string): number {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(join(dir, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

const create = (path: string) => open(path, { write: true, create: true });
const resize = (bytes: bigint) => step('wasi.fd_filestat_set_size', opened, bytes);
const remove = (path: string) => step('wasi.path_unlink_file', 3, path);

/** Each would write more than the quota if the host counted wrongly. */
const floods: Record<string, readonly Step[]> = {
  'writing on and on': [create('/out/a'), repeated(50, write(1000))],
  'many files': ['a', 'b', 'c'].flatMap((name) => [create(`/out/${name}`), write(9000)]),
  'one file that is made longer': [create('/out/a'), resize(2n ** 40n)],
  'a size below zero, which would be subtracted': [create('/out/a'), resize(-(2n ** 40n)), resize(50_000n)],
  'a size beyond what a number can hold': [create('/out/a'), resize(2n ** 63n - 1n)],
  'a place below zero, which the system takes as “here”': [
    create('/out/a'),
    repeated(50, write(1000, { at: -1_000_000n })),
  ],
  'a place far behind the end': [create('/out/a'), write(1, { at: 2n ** 45n })],
  'a place that a seek made': [
    create('/out/a'),
    step('wasi.fd_seek', opened, 2n ** 45n, 0, moved.at),
    write(1),
  ],
  'a file that was removed and is still open': [
    create('/out/a'),
    remove('/out/a'),
    repeated(50, write(1000)),
  ],
  'a file that another one took the place of': [
    create('/out/a'),
    create('/out/b'),
    step('wasi.path_rename', 3, '/out/b', 3, '/out/a'),
    repeated(50, write(1000)),
  ],
  'a file that is open twice': [
    open('/out/a', { write: true, create: true, into: { at: opened.at + 64 } }),
    create('/out/a'),
    repeated(30, write(1000)),
    repeated(30, write(1000, { to: { at: opened.at + 64 } })),
  ],
  'removing the same file again and again': [
    create('/out/a'),
    write(5000),
    repeated(20, remove('/out/a')),
    create('/out/b'),
    repeated(50, write(1000)),
  ],
  'truncating what is open twice': [
    create('/out/a'),
    write(5000),
    repeated(5, open('/out/a', { write: true, truncate: true, into: { at: opened.at + 64 } })),
    repeated(50, write(1000)),
  ],
};

for (const [what, steps] of Object.entries(floods)) {
  test(`the quota of /out holds against ${what}`, async () => {
    await cage.attack(steps, { out, limits });
    assert.ok(bytesBelow(out) <= quota, `${bytesBelow(out)} bytes were written`);
  });
}

test('a million files end at the limit of files, folders included', async () => {
  const steps = Array.from({ length: 60 }, (_, index) =>
    index % 2 ? create(`/out/${index}`) : step('wasi.path_create_directory', 3, `/out/${index}`),
  );
  const { codes } = await cage.attack(steps, { out, limits });
  assert.is(named(codes).filter((code) => code === 'ENOSPC').length, 40);
  assert.is(readdirSync(out).length, 20);
});

const elsewhere: Record<string, readonly Step[]> = {
  'dots in the name': [create('/out/../beside'), create('../beside'), create('/out/a/../../beside')],
  'a link that is made first': [
    step('wasi.path_symlink', root, 3, '/out/link'),
    create('/out/link/beside'),
    step('wasi.path_symlink', '../beside', 3, '/out/file'),
    open('/out/file', { write: true }),
    write(10),
  ],
  'a hard link': [
    step('wasi.path_link', 3, 0, '/beside', 3, '/out/file'),
    step('wasi.path_link', 3, 1, '../../beside', 3, '/out/file'),
    open('/out/file', { write: true }),
  ],
  'a rename of /out itself': [
    step('wasi.path_rename', 3, '/out', 3, '/out/inside'),
    step('wasi.path_rename', 3, '/out', 3, '/moved'),
    step('wasi.path_remove_directory', 3, '/out'),
    step('wasi.path_unlink_file', 3, '/out'),
  ],
  'a rename to somewhere else': [
    create('/out/a'),
    step('wasi.path_rename', 3, '/out/a', 3, '/out/../beside'),
    step('wasi.path_rename', 3, '/out/a', 3, '/beside'),
  ],
  'names that hide something': [
    create('/out/line\nbreak'),
    create('/out/back\\slash'),
    create('/out/\u001b[2J'),
    create('/out/bell\u0007'),
    create('/out/nul\0'),
    step('wasi.path_create_directory', 3, '/out/ret\rurn'),
  ],
};

for (const [what, steps] of Object.entries(elsewhere)) {
  test(`nothing is written elsewhere by ${what}`, async () => {
    await cage.attack(steps, { out, limits });
    assert.equal(readdirSync(root).sort(), ['beside', 'out']);
    assert.is(bytesBelow(root), 'as it was'.length);
    assert.equal(
      readdirSync(out).filter((name) => name !== 'a'),
      [],
    );
  });
}

test('links that are left out are named, so that the user learns of them', async () => {
  const { skipped } = await cage.attack([step('wasi.path_symlink', '/etc/passwd', 3, '/out/passwd')], {
    out,
  });
  assert.equal(skipped, ['/out/passwd']);
});

test('what was written cannot be read back, by no kind of opening', async () => {
  const { codes, text } = await cage.attack(
    [create('/out/a'), write(100), read(100), open('/out/a'), open('/out/a', { create: true }), read(100)],
    { out, dump: moved },
  );
  assert.equal(named(codes), ['SUCCESS', 'SUCCESS', 'EBADF', 'EACCES', 'EACCES', 'EBADF']);
  assert.is(text.replaceAll('\0', ''), '');
});

test('folders as deep as a path can be are made, and removed by the host', async () => {
  const path = (depth: number) => `/out/${'d/'.repeat(depth)}`;
  const steps = Array.from({ length: 18 }, (_, index) =>
    step('wasi.path_create_directory', 3, path(index + 1)),
  );
  const { codes } = await cage.attack([...steps, step('wasi.path_create_directory', 3, path(2500))], {
    out,
    limits,
  });
  assert.is(
    codes.slice(0, 18).every((code) => code === 0),
    true,
  );
  assert.not.equal(named(codes).at(-1), 'SUCCESS');
});

test.run();
