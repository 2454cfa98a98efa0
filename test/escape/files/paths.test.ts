import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { buffer, step } from '../guest/program.ts';
import { moved, named, type Opening, open, opened, read } from '../guest/wasi.ts';

/**
 * Reading what is not in the mount. host/sandbox/files.test.ts has the same through Go's library, which cleans paths before it asks; here they reach
 * the host as they are.
 */
const cage = createCage();
const root = mkdtempSync(join(tmpdir(), 'escape-paths-'));
const treasure = 'the treasure of another tenant';
const mounts = { '/in': join(root, 'in'), '/remotes/one': join(root, 'remote') };

test.before(() => {
  for (const dir of ['in/sub', 'remote', 'other']) mkdirSync(join(root, dir), { recursive: true });
  writeFileSync(join(root, 'in', 'mine.txt'), 'mine');
  for (const name of ['treasure', 'other/treasure', 'in-treasure']) writeFileSync(join(root, name), treasure);
  symlinkSync(join(root, 'treasure'), join(root, 'in', 'absolute-link'));
  symlinkSync('../treasure', join(root, 'in', 'relative-link'));
  symlinkSync('../other', join(root, 'in', 'folder-link'));
  symlinkSync('loop', join(root, 'in', 'loop'));
  symlinkSync('/', join(root, 'in', 'sub', 'root'));
  execFileSync('mkfifo', [join(root, 'in', 'pipe')]);
});
test.after(async () => {
  await cage.close();
  rmSync(root, { recursive: true });
});

test('what is in the mount can be read, or the cases below would prove nothing', async () => {
  const { codes, text } = await cage.attack([open('/in/mine.txt'), read(100)], { mounts, dump: moved });
  assert.equal([named(codes), text], [['SUCCESS', 'SUCCESS'], 'mine']);
});

const refused: Record<string, string | Uint8Array> = {
  'an absolute path': '/etc/passwd',
  'dots to the top': '../../../../../../etc/passwd',
  'dots out of the mount': '/in/../treasure',
  'dots through a file': '/in/mine.txt/../../treasure',
  'dots out of one mount into the host beside another': '/remotes/one/../../treasure',
  'a neighbour that begins with the name of the mount': '/in-treasure',
  'slashes by the dozen': `${'/'.repeat(50)}etc//passwd`,
  'a folder that is a link': '/in/folder-link/treasure',
  'a link to the root of the host': '/in/sub/root/etc/passwd',
  'dots behind a link': `/in/folder-link/../treasure`,
  'a link with its absolute target': '/in/absolute-link',
  'a link with a relative target': '/in/relative-link',
  'a link to itself': '/in/loop',
  'the environment of the process': '/proc/self/environ',
  'the memory of the process': '/proc/self/mem',
  'an open file of the process': '/proc/self/fd/3',
  'a device': '/dev/zero',
  'the terminal': '/dev/tty',
  'the kernel': '/sys/kernel/notes',
  'a token of the pod': '/var/run/secrets/kubernetes.io/serviceaccount/token',
  'a named pipe, which would block the thread': '/in/pipe',
  'a NUL that cuts the path': '/in/mine.txt\0/../../treasure',
  'a NUL before dots': '/in\0/../treasure',
  'dots in percent signs': '/in/%2e%2e/treasure',
  'dots with a backslash': '/in\\..\\treasure',
  'dots of Unicode': '/in/\u2025/treasure',
  'dots in overlong UTF-8': Uint8Array.from([
    ...Buffer.from('/in/'),
    0xc0,
    0xae,
    0xc0,
    0xae,
    ...Buffer.from('/treasure'),
  ]),
  'bytes that are no text': Uint8Array.of(0x2f, 0x69, 0x6e, 0x2f, 0xff, 0xfe),
  'half of a surrogate pair': Uint8Array.of(0x2f, 0x69, 0x6e, 0x2f, 0xed, 0xa0, 0x80),
  'a name of 256 characters': `/in/${'a'.repeat(256)}`,
  'a path of 100,000 folders': '/in'.repeat(100_000),
  'nothing at all': '',
};

for (const [what, path] of Object.entries(refused)) {
  test(`${what} leads nowhere`, async () => {
    const { codes, text, reads } = await cage.attack([open(path), read(100)], { mounts, dump: moved });
    const [open1, read1] = named(codes);
    // The empty path is the root itself, which is a folder.
    assert.not.equal(what === 'nothing at all' ? read1 : open1, 'SUCCESS');
    assert.is(text, '');
    assert.ok(
      reads.every((one) => one.startsWith('/in')),
      reads.join(),
    );
  });
}

const folder: Opening = { directory: true };

test('a path that is relative to an open folder does not leave the mount either', async () => {
  const steps = ['../treasure', '../../etc/passwd', 'sub/../../treasure', '/etc/passwd'].map((path) =>
    open(path, { from: opened, into: { at: opened.at + 64 } }),
  );
  const { codes } = await cage.attack([open('/in', folder), ...steps], { mounts });
  assert.equal(named(codes), ['SUCCESS', 'ENOENT', 'EPERM', 'ENOENT', 'ENOENT']);
});

test('the root of a plugin has nothing but the names of its mounts', async () => {
  const { codes, text } = await cage.attack(
    [open('/', folder), step('wasi.fd_readdir', opened, buffer, 1000, 0n, moved.at)],
    { mounts, dump: moved },
  );
  assert.equal(named(codes), ['SUCCESS', 'SUCCESS']);
  assert.equal(text.match(/[a-z]{2,}/g), ['in', 'remotes']);
});

test('where a link leads is not told, and neither is what is behind it', async () => {
  const { codes } = await cage.attack(
    [
      step('wasi.path_readlink', 3, '/in/absolute-link', buffer, 500, moved.at),
      step('wasi.path_filestat_get', 3, 1, '/in/absolute-link', buffer),
      step('wasi.path_filestat_get', 3, 1, '/in/folder-link/treasure', buffer),
      step('wasi.path_filestat_get', 3, 0, '/in/../treasure', buffer),
    ],
    { mounts },
  );
  assert.equal(named(codes), ['EACCES', 'ELOOP', 'ELOOP', 'ENOENT']);
});

test('the root cannot be closed, renumbered or replaced to make paths start elsewhere', async () => {
  const { codes } = await cage.attack(
    [
      open('/in', folder),
      step('wasi.fd_renumber', opened, 3),
      step('wasi.fd_renumber', 3, 0),
      step('wasi.fd_close', 3),
      open('/in/mine.txt', { into: { at: opened.at + 64 } }),
      step('wasi.fd_prestat_get', 4, buffer),
    ],
    { mounts },
  );
  assert.equal(named(codes), ['SUCCESS', 'ENOTSUP', 'ENOTSUP', 'SUCCESS', 'SUCCESS', 'EBADF']);
});

test('places and lengths from beyond the end of numbers read nothing', async () => {
  const { codes, text } = await cage.attack(
    [
      open('/in/mine.txt'),
      step('wasi.fd_seek', opened, -1n, 0, moved.at),
      step('wasi.fd_pread', opened, { pointer: new Uint8Array(8) }, 1, -(2n ** 62n), moved.at),
      step(
        'wasi.fd_read',
        opened,
        { pointer: new Uint8Array(Uint32Array.of(0, 0xffff_ffff).buffer) },
        1,
        moved.at,
      ),
      step('wasi.fd_read', opened, 0xffff_fff0, 1, moved.at),
      step('wasi.fd_read', opened, buffer, 0x7fff_ffff, moved.at),
      step('wasi.fd_read', 0xffff_ffff, buffer, 1, moved.at),
      open('/in', folder),
      step('wasi.fd_readdir', opened, buffer, 1000, -1n, moved.at),
    ],
    { mounts },
  );
  assert.equal(named(codes), [
    'SUCCESS',
    'EINVAL',
    'EINVAL',
    'EFAULT',
    'EFAULT',
    'EINVAL',
    'EBADF',
    'SUCCESS',
    'EINVAL',
  ]);
  assert.is(text, '');
});

test.run();
