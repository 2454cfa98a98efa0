import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { repeated, type Step, step } from '../guest/program.ts';
import { named, open, opened, write } from '../guest/wasi.ts';

/** Changing an artifact, which others read, or using up what the host needs to read files. */
const cage = createCage();
const root = mkdtempSync(join(tmpdir(), 'escape-in-'));
const host = join(root, 'in');
const out = join(root, 'out');
const mounts = { '/in': host };

test.before.each(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(host, 'sub'), { recursive: true });
  mkdirSync(out);
  writeFileSync(join(host, 'file'), 'as it was', { mode: 0o644 });
});
test.after(async () => {
  await cage.close();
  rmSync(root, { recursive: true, force: true });
});

const changes: Record<string, readonly Step[]> = {
  'opening a file for writing': [open('/in/file', { write: true })],
  'truncating a file': [open('/in/file', { truncate: true })],
  'making a file': [open('/in/new', { write: true, create: true })],
  'making a file without asking to write': [open('/in/new', { create: true })],
  'making a file next to the mounts': [open('/new', { write: true, create: true })],
  'making a folder': [step('wasi.path_create_directory', 3, '/in/new')],
  'removing a file': [step('wasi.path_unlink_file', 3, '/in/file')],
  'removing a folder': [step('wasi.path_remove_directory', 3, '/in/sub')],
  'renaming a file': [step('wasi.path_rename', 3, '/in/file', 3, '/in/new')],
  'moving a file out': [step('wasi.path_rename', 3, '/in/file', 3, '/out/file')],
  'moving a file in': [step('wasi.path_rename', 3, '/out/file', 3, '/in/file')],
  'making a link': [step('wasi.path_symlink', '/etc/passwd', 3, '/in/new')],
  'making a hard link': [step('wasi.path_link', 3, 0, '/in/file', 3, '/in/new')],
  'marking a file as executable': [step('flux.flux_chmod', '/in/file', 0o755)],
  'reaching it through /out': [open('/out/../in/file', { write: true })],
};

for (const [what, steps] of Object.entries(changes)) {
  test(`${what} is refused at /in`, async () => {
    const { codes } = await cage.attack(steps, { mounts, out });
    assert.equal(named(codes), ['EROFS']);
    assert.equal(readdirSync(host).sort(), ['file', 'sub']);
    assert.is(readFileSync(join(host, 'file'), 'utf8'), 'as it was');
    assert.is(statSync(join(host, 'file')).mode & 0o777, 0o644);
  });
}

test('a file that is open for reading cannot be written to by its number', async () => {
  const { codes } = await cage.attack(
    [
      open('/in/file'),
      write(10),
      write(10, { at: 0n }),
      step('wasi.fd_filestat_set_size', opened, 0n),
      step('wasi.fd_allocate', opened, 0n, 1_000_000n),
      step('wasi.fd_fdstat_set_flags', opened, 1),
      write(10),
    ],
    { mounts },
  );
  assert.not.ok(named(codes).slice(1, 5).includes('SUCCESS'), named(codes).join());
  assert.is(readFileSync(join(host, 'file'), 'utf8'), 'as it was');
});

const descriptorsOfHost = () => readdirSync('/proc/self/fd').length;

test('who opens files without end gets EMFILE, and the host has as many open as before', async () => {
  await cage.attack([open('/in/file')], { mounts });
  const before = descriptorsOfHost();
  const { codes } = await cage.attack([repeated(3000, open('/in/file')), open('/in/file')], { mounts });
  assert.equal(named(codes), ['EMFILE', 'EMFILE']);
  assert.is(descriptorsOfHost(), before);
  const next = await cage.attack([open('/in/file')], { mounts });
  assert.equal(named(next.codes), ['SUCCESS']);
});

test('files of a call that is killed are closed, too', async () => {
  await cage.attack([open('/in/file')], { mounts });
  const before = descriptorsOfHost();
  const steps = [repeated(500, open('/in/file')), repeated(2 ** 31 - 1, step('wasi.sched_yield'))];
  await rejection(cage.attack(steps, { mounts, limits: { timeoutMs: 700 } }), 'FLUX_E_PLUGIN_TIMEOUT');
  assert.ok(await cage.alive());
  assert.ok(descriptorsOfHost() < before + 100, `${descriptorsOfHost()} are open, ${before} were`);
});

test('names that a plugin looks for without end do not fill the memory of the host', async () => {
  const looks = Array.from({ length: 40 }, (_, index) =>
    open(`/in/${index}/${'a/'.repeat(1900)}`, { into: { at: opened.at + 64 } }),
  );
  const { reads } = await cage.attack(looks, { mounts });
  assert.is(reads.length, 40);
  const large = readdirSync(host);
  assert.equal(large, ['file', 'sub']);
});

test('a folder with twenty thousand files is listed in pieces as small as the plugin likes', async () => {
  for (let index = 0; index < 20_000; index += 1) writeFileSync(join(host, 'sub', `file-${index}`), '');
  const list = (cookie: bigint) => step('wasi.fd_readdir', opened, 0x40000, 64, cookie, 0x1010);
  const { codes } = await cage.attack(
    [open('/in/sub', { directory: true }), repeated(200, list(19_999n)), list(2n ** 40n)],
    { mounts },
  );
  assert.equal(named(codes), ['SUCCESS', 'SUCCESS', 'SUCCESS']);
});

test.run();
