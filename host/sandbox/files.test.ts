import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSandbox } from './sandbox.ts';
import { goPlugin } from './testing/modules.ts';
import { rejection } from './testing/rejects.ts';
import type { PluginCall } from './types.ts';

const sandbox = createSandbox({ workers: 1 });
const plugin = await sandbox.load(goPlugin());
const root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-files-')));
const tree = join(root, 'tree');
mkdirSync(join(tree, 'apps', 'web'), { recursive: true });
writeFileSync(join(root, 'secret'), 'of the host');
writeFileSync(join(tree, 'apps', 'web', 'a.yaml'), 'a: 1\n');
writeFileSync(join(tree, 'apps', 'b.yaml'), 'b: 2\n');
symlinkSync(join(root, 'secret'), join(tree, 'link'));
symlinkSync(root, join(tree, 'folder-link'));
symlinkSync('apps/b.yaml', join(tree, 'inner-link'));

let count = 0;
const newOut = () => {
  count += 1;
  const folder = join(root, `out-${count}`);
  mkdirSync(folder);
  return folder;
};
const call = <T = unknown>(name: string, input: unknown = {}, more: Partial<PluginCall> = {}) =>
  sandbox.call<T>({ plugin, export: name, input, tenant: 'a', mounts: { '/in': tree }, ...more });
const failure = async (name: string, input: unknown, more: Partial<PluginCall> = {}) =>
  (await rejection(call(name, input, more), 'FLUX_E_PLUGIN_FAILED')).message;

test.after(async () => {
  await sandbox.close();
  rmSync(root, { recursive: true });
});

test('a plugin sees the files of its mount and what it looked at is recorded', async () => {
  const { output, reads } = await call('build');
  assert.equal(output, { '/in/apps/b.yaml': 'b: 2\n', '/in/apps/web/a.yaml': 'a: 1\n' });
  const files = ['/in/apps/b.yaml', '/in/apps/web/a.yaml'];
  const folders = ['/in', '/in/apps', '/in/apps/web'];
  const listed = folders.map((folder) => `${folder}/`);
  assert.equal(reads, [...files, ...folders, ...listed].sort());
});

test('files given in memory are read in place of those on disk, and nothing is added by them', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const files = {
    '/in/apps/b.yaml': bytes('b: decrypted\n'),
    '/in/apps/not-there.yaml': bytes('x'),
    '/in/inner-link': bytes('x'),
  };
  const { output, reads } = await call('build', {}, { files });
  assert.equal(output, { '/in/apps/b.yaml': 'b: decrypted\n', '/in/apps/web/a.yaml': 'a: 1\n' });
  assert.ok(reads.includes('/in/apps/b.yaml'));
  assert.ok(await failure('read', { path: '/in/apps/not-there.yaml' }, { files }));
  assert.ok(await failure('read', { path: '/in/inner-link' }, { files }));
  assert.equal((await call('read', { path: '/in/apps/b.yaml' })).output, 'b: 2\n', 'the next call');
});

test('only what is asked for is recorded, files that are not there included', async () => {
  assert.equal((await call('read', { path: '/in/apps/b.yaml' })).reads, ['/in/apps/b.yaml']);
  const watched = call('build', {}, { mounts: { '/in/nested/deep': join(tree, 'apps', 'web') } });
  assert.ok((await watched).reads.includes('/in/nested/deep/a.yaml'));
});

test('nothing outside of the mounts can be read, however the path is written', async () => {
  for (const path of [
    join(root, 'secret'),
    '/in/../secret',
    '/in/../../../../../../etc/passwd',
    '/etc/passwd',
    '/proc/self/environ',
    '/in/link',
    '/in/folder-link/secret',
    '/in/folder-link/tree/apps/b.yaml',
    '/in/inner-link',
    '/in/apps/../../secret',
  ]) {
    const message = await failure('read', { path });
    assert.not.match(message, /of the host/);
    assert.not.match(message.replace(path, ''), new RegExp(root), 'a host path shows in the message');
  }
});

test('a mount cannot be written to', async () => {
  for (const path of ['/in/new', '/in/apps/b.yaml', '/in/new/folder/x', '/elsewhere']) {
    assert.match(await failure('write', { path, content: 'x' }), /read-only file system|Read-only/i, path);
  }
  assert.is(readFileSync(join(tree, 'apps', 'b.yaml'), 'utf8'), 'b: 2\n');
});

test('without a place for results there is no /out', async () => {
  assert.match(await failure('write', { path: '/out/x', content: 'x' }), /out/);
});

test('a tree is written below /out: renames, removals and executables; links are left out and named', async () => {
  const out = newOut();
  const { skipped } = await call('tree', {}, { out });
  assert.equal(skipped, ['/out/bin/link']);
  assert.equal(readdirSync(out), ['bin']);
  assert.equal(readdirSync(join(out, 'bin')).sort(), ['deep', 'run']);
  assert.is(statSync(join(out, 'bin', 'run')).mode & 0o777, 0o755);
});

test('what was written cannot be read back: /out is write-only', async () => {
  const out = newOut();
  await call('write', { path: '/out/a', content: 'x' }, { out });
  assert.match(await failure('read', { path: '/out/a' }, { out }), /permission denied/i);
});

test('/out has a limit of bytes, and files that were replaced or removed do not count', async () => {
  const limits = { outFileBytes: 1000 };
  const out = newOut();
  await call('write', { path: '/out/a', size: 1000 }, { out, limits });
  assert.match(await failure('write', { path: '/out/b', size: 1001 }, { out, limits }), /file too large/i);
  assert.is(statSync(join(out, 'a')).size, 1000);
});

test('/out has a limit of files', async () => {
  const limits = { outFiles: 2 };
  await call('write', { path: '/out/a/b', content: 'x' }, { out: newOut(), limits });
  const message = await failure('write', { path: '/out/a/b/c', content: 'x' }, { out: newOut(), limits });
  assert.match(message, /no space left/i);
});

test('names that would confuse whoever reads them later are refused', async () => {
  const out = newOut();
  for (const path of ['/out/a\nb', '/out/a\u001b[2J', '/out/a\\b', `/out/${'x'.repeat(300)}`]) {
    await failure('write', { path, content: 'x' }, { out });
  }
  assert.match(await failure('write', { path: '/out/../../escape', content: 'x' }, { out }), /./);
  assert.equal(readdirSync(out), []);
});

test('mounts of one call are gone in the next', async () => {
  await call('read', { path: '/in/apps/b.yaml' });
  await failure('read', { path: '/in/apps/b.yaml' }, { mounts: {} });
});

test('a folder that is not there, or a mount in an odd place, is a mistake of the caller', async () => {
  for (const mounts of [
    { '/in': join(root, 'nowhere') },
    { '/in': 'relative' },
    { in: tree },
    { '/in/..': tree },
    { '/out/x': tree },
  ]) {
    const error = await call('build', {}, { mounts }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.instance(error, Error, JSON.stringify(mounts));
  }
});

test.run();
