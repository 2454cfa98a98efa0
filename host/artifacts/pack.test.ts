import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filterOf } from './ignore/ignore.ts';
import { type PackOptions, pack } from './pack.ts';
import { endOfArchive, padding, tarHeader } from './tar-header.ts';
import { inFolder, readFiles, writeFiles } from './test/helpers.ts';
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits, unpack } from './unpack.ts';

async function packed(dir: string, options: Partial<PackOptions> = {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pack({ dir, write: (chunk) => void chunks.push(Buffer.from(chunk)), ...options });
  return Buffer.concat(chunks);
}

async function unpacked(
  archive: Uint8Array,
  dir: string,
  limits: UnpackLimits = DEFAULT_UNPACK_LIMITS,
): Promise<string> {
  writeFileSync(join(dir, 'archive'), archive);
  const fd = openSync(join(dir, 'archive'), 'r');
  try {
    await unpack(fd, join(dir, 'out'), limits);
  } finally {
    closeSync(fd);
  }
  return join(dir, 'out');
}

/** An archive with entries that our own packer would not write. */
function handmade(...entries: { name: string; content?: string; flag?: string }[]): Buffer {
  const blocks = entries.flatMap(({ name, content = '', flag = '0' }) => {
    const header = tarHeader({ name: Buffer.from(name), mode: 0o644, size: content.length, type: 'file' });
    const last = header.subarray(-512);
    last.write(flag, 156);
    last.fill(' ', 148, 156);
    const sum = last.reduce((all, byte) => all + byte, 0);
    last.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(content), Buffer.alloc(padding(content.length))];
  });
  return gzipSync(Buffer.concat([...blocks, endOfArchive()]));
}

async function refusal(archive: Uint8Array, limits?: UnpackLimits): Promise<string> {
  return inFolder(async (dir) => {
    try {
      await unpacked(archive, dir, limits);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return 'nothing was refused';
  });
}

const LONG = `${'deep/'.repeat(60)}${'n'.repeat(200)}.yaml`;

const FILES: Readonly<Record<string, string>> = {
  'a.yaml': 'kind: A',
  empty: '',
  'b/c.yaml': 'kind: C',
  'b.yaml': 'sorts before b/ as text, after it as a folder',
  'with space and "quotes"/new\nline.yaml': '1',
  'ünïcode/文件-😀.yaml': '2',
  '-rf': '3',
  'trailing ': '4',
  'pax=1 path=x': '5',
  [`${'p'.repeat(80)}/${'q'.repeat(80)}.yaml`]: 'fits into prefix and name',
  [`${'r'.repeat(200)}.yaml`]: 'fits nowhere',
  [LONG]: 'longer than 255',
  [`${'ü'.repeat(120)}.yaml`]: 'long and not ASCII',
};

test('A tree comes back as it was, whatever its files are called', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), FILES);
    assert.equal(readFiles(await unpacked(await packed(join(dir, 'in')), dir)), {
      ...readFiles(join(dir, 'in')),
    });
  });
});

test('GNU tar reads the archive and finds no owners, times or surprises', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), FILES);
    writeFileSync(join(dir, 'a.tgz'), await packed(join(dir, 'in')));
    mkdirSync(join(dir, 'out'));
    execFileSync('tar', ['xzf', join(dir, 'a.tgz'), '-C', join(dir, 'out')]);
    assert.equal(readFiles(join(dir, 'out')), readFiles(join(dir, 'in')));
    const listing = execFileSync('tar', ['tvzf', join(dir, 'a.tgz'), '--numeric-owner', '--utc'], {
      encoding: 'utf8',
    });
    for (const line of listing.trimEnd().split('\n')) assert.match(line, / 0\/0 +\d+ 1970-01-01 00:00 /);
  });
});

test('Equal trees give equal bytes, whenever and in whatever order they were written', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'one'), FILES);
    writeFiles(join(dir, 'two'), Object.fromEntries(Object.entries(FILES).toReversed()));
    utimesSync(join(dir, 'two', 'a.yaml'), 1, 1);
    chmodSync(join(dir, 'two', 'a.yaml'), 0o444);
    const [one, two] = [await packed(join(dir, 'one')), await packed(join(dir, 'two'))];
    assert.ok(one.equals(two));
    chmodSync(join(dir, 'two', 'a.yaml'), 0o755);
    assert.not.ok(one.equals(await packed(join(dir, 'two'))), 'the executable bit is content');
  });
});

test('Modes become 0600 for files, 0700 for executables and 0750 for folders', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), { plain: '', 'bin/run': '' });
    chmodSync(join(dir, 'in', 'plain'), 0o666);
    chmodSync(join(dir, 'in', 'bin', 'run'), 0o4777);
    const out = await unpacked(await packed(join(dir, 'in')), dir);
    const mode = (name: string): string => (statSync(join(out, name)).mode & 0o7777).toString(8);
    assert.equal([mode('plain'), mode('bin'), mode('bin/run')], ['600', '750', '700']);
  });
});

test('Links stay out; ignored files too, but not what a later rule brings back from an ignored folder', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), { 'a.yaml': '', 'x/b.yaml': '', 'x/keep.yaml': '' });
    symlinkSync('/etc/passwd', join(dir, 'in', 'link'));
    symlinkSync('.', join(dir, 'in', 'loop'));
    const ignore = filterOf([
      { pattern: 'x/*', domain: [] },
      { pattern: '!x/keep.yaml', domain: [] },
    ]);
    const out = await unpacked(await packed(join(dir, 'in'), { ignore }), dir);
    assert.equal(readFiles(out), { 'a.yaml': '', 'x/keep.yaml': '' });
  });
});

test('A file name that is no UTF-8 survives', async () => {
  await inFolder(async (dir) => {
    mkdirSync(join(dir, 'in'));
    const name = Buffer.from([0x66, 0xe9, 0xff]);
    const path = (folder: string) => Buffer.concat([Buffer.from(`${folder}/`), name]);
    writeFileSync(path(join(dir, 'in')), 'latin');
    const out = await unpacked(await packed(join(dir, 'in')), dir);
    assert.is(readFileSync(path(out), 'utf8'), 'latin');
  });
});

test('A file of 100 MB goes through', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), { 'big.bin': 'start' });
    truncateSync(join(dir, 'in', 'big.bin'), 100 * 1024 * 1024);
    const out = await unpacked(await packed(join(dir, 'in')), dir);
    assert.is(statSync(join(out, 'big.bin')).size, 100 * 1024 * 1024);
    assert.is(readFileSync(join(out, 'big.bin')).toString('latin1', 0, 6), 'start\0');
  });
});

test('An archive of GNU tar with long names and folders that end in a slash is read', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), { [LONG]: 'x', 'a/b.yaml': 'y', [`${'ü'.repeat(120)}.yaml`]: 'z' });
    for (const format of ['gnu', 'posix', 'ustar', 'v7']) {
      const names = format === 'gnu' || format === 'posix' ? ['.'] : ['a'];
      const archive = execFileSync('tar', ['cz', `--format=${format}`, '-C', join(dir, 'in'), ...names]);
      const out = await inFolder(async (at) => readFiles(await unpacked(archive, at)));
      assert.is(out['a/b.yaml'], 'y', format);
      if (names[0] === '.') assert.equal(out, readFiles(join(dir, 'in')), format);
    }
  });
});

test('Archives that reach out of their folder are refused', async () => {
  for (const name of ['../x', 'a/../../x', '/etc/x', 'a\\b', '..'])
    assert.is(
      await refusal(handmade({ name, content: 'x' })),
      `tar contained invalid name error ${JSON.stringify(name)}`,
    );
});

test('Symbolic links are left out, hard links and devices are refused', async () => {
  await inFolder(async (dir) => {
    const archive = handmade({ name: 'link', flag: '2' }, { name: 'after.yaml', content: 'x' });
    assert.equal(readFiles(await unpacked(archive, dir)), { 'after.yaml': 'x' });
  });
  assert.is(
    await refusal(handmade({ name: 'dev', flag: '3' })),
    'tar file entry dev contained unsupported file type 3',
  );
  await inFolder(async (dir) => {
    writeFiles(dir, { 'in/a': 'x' });
    linkSync(join(dir, 'in', 'a'), join(dir, 'in', 'b'));
    const archive = execFileSync('tar', ['cz', '-C', join(dir, 'in'), '.']);
    assert.match(await refusal(archive), /unsupported file type 1/);
  });
});

test('A bomb is stopped by bytes and by entries', async () => {
  const two = handmade({ name: 'a', content: 'x'.repeat(600) }, { name: 'b', content: 'x'.repeat(600) });
  assert.is(
    await refusal(two, { maxBytes: 1000, maxEntries: 10 }),
    'tar "b" is bigger than max archive size of 1000 bytes',
  );
  assert.is(await refusal(two, { maxBytes: -1, maxEntries: 1 }), 'tar has more than 1 entries');
  const zeroes = gzipSync(
    Buffer.concat([tarHeader({ name: Buffer.from('x'), mode: 0, size: 9e9, type: 'file' })]),
  );
  assert.match(await refusal(zeroes), /bigger than max archive size/);
});

test('A cut off or damaged archive is an error wherever it is cut', async () => {
  const whole = handmade({ name: 'a.yaml', content: 'x'.repeat(2000) });
  for (let length = 0; length < whole.length; length += 7) {
    assert.match(await refusal(whole.subarray(0, length)), /truncated|damaged/, `${length} bytes`);
  }
  assert.match(await refusal(Buffer.from('this is no archive at all')), /not gzip-compressed/);
  const inner = Buffer.concat([
    tarHeader({ name: Buffer.from('a'), mode: 0o600, size: 5000, type: 'file' }),
    Buffer.alloc(100),
  ]);
  assert.match(await refusal(gzipSync(inner)), /unexpected end of archive/);
  inner[0] = 0x62;
  assert.match(await refusal(gzipSync(inner)), /invalid tar header/);
});

test('When the bytes cannot be written, packing stops with that error', async () => {
  await inFolder(async (dir) => {
    writeFiles(join(dir, 'in'), {
      big: Buffer.from(Array.from({ length: 500_000 }, (_, i) => (i * i * 31) % 251)),
    });
    const full = (): never => {
      throw new Error('no space');
    };
    try {
      await pack({ dir: join(dir, 'in'), write: full });
      assert.unreachable('packing went on');
    } catch (error) {
      assert.is(error instanceof Error && error.message, 'no space');
    }
  });
});

test.run();
