import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { httpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import type { HttpSave } from '@flux-host/sdk/contract/host-functions.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TarEntry, tarGzOf, tarOf } from '../../helpers/tar.ts';
import { createCage } from '../guest/cage.ts';
import { buffer, step } from '../guest/program.ts';

/** Bodies that the host itself writes below `/out`. */
const cage = createCage();
const root = mkdtempSync(join(tmpdir(), 'escape-save-'));
const out = join(root, 'out');
const quota = 100_000;
const limits = { outFileBytes: quota, outFiles: 20 };
const file = (name: string, content: string | Uint8Array = 'hello'): TarEntry => ({ name, content });
const honest = tarGzOf([file('a/b.txt'), { name: 'run', content: '#!', mode: 0o755 }]);

const bodies: Record<string, Buffer | ((response: ServerResponse) => void)> = {
  honest,
  text: Buffer.from('some text'),
  tar: tarOf([file('plain')]),
  'cut-gzip': honest.subarray(0, honest.length - 10),
  'cut-tar': gzipSync(tarOf([file('a', 'x'.repeat(5000))]).subarray(0, 2000)),
  'large-file': Buffer.alloc(quota + 1),
  'bomb-file': tarGzOf([file('zeros', Buffer.alloc(50_000_000))]),
  'bomb-files': tarGzOf(Array.from({ length: 50 }, (_, index) => file(`f${index}`))),
  'bomb-folders': tarGzOf([file(Array.from({ length: 45 }, () => 'd').join('/'))]),
  'bomb-headers': tarGzOf(
    Array.from({ length: 400 }, () => ({
      name: 'x',
      type: 'x',
      content: `4096 comment=${'c'.repeat(4082)}\n`,
    })),
  ),
  'bomb-header': tarGzOf([{ name: 'x', type: 'x', content: Buffer.alloc(3_000_000) }]),
  'size-lies': gzipSync(Buffer.concat([tarOf([{ ...file('a'), size: 60_000 }]), Buffer.alloc(512)])),
  dots: tarGzOf([file('../beside')]),
  'dots-inside': tarGzOf([file('a/../../beside')]),
  absolute: tarGzOf([file('/tmp/beside')]),
  backslash: tarGzOf([file('..\\beside')]),
  control: tarGzOf([file('line\nbreak')]),
  latin1: tarGzOf([{ name: Uint8Array.of(0x61, 0xe4), content: 'x' }]),
  'through-a-link': tarGzOf([{ name: 'link', type: '2', link: root }, file('link/beside', 'changed')]),
  'hard-link': tarGzOf([{ name: 'beside', type: '1', link: join(root, 'beside') }]),
  device: tarGzOf([{ name: 'null', type: '3' }]),
  fifo: tarGzOf([{ name: 'pipe', type: '6' }]),
  'file-then-folder': tarGzOf([file('a'), file('a/b')]),
  'folder-then-file': tarGzOf([{ name: 'a', type: '5' }, file('a')]),
  padded: Buffer.concat([honest, Buffer.alloc(100_000)]),
  breaks: (response) => {
    response.writeHead(200, { 'content-length': '1000000' });
    response.write(Buffer.alloc(1000), () => response.destroy());
  },
  endless: (response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  },
};

const server = await httpServer((request, response) => {
  const body = bodies[(request.url ?? '').slice(1)];
  if (typeof body === 'function') body(response);
  else response.end(body);
});

test.before.each(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(root, 'beside'), 'as it was');
});
test.after(async () => {
  await cage.close();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

interface Saved {
  readonly size?: number;
  readonly digest?: string;
  readonly code?: string;
  readonly message?: string;
}

async function save(body: string, request: Partial<HttpSave> & { path: string }): Promise<Saved> {
  const { text } = await cage.attack(
    [
      step('flux.flux_http_open', JSON.stringify({ url: `${server.url}/${body}` }), 0, 0),
      step('flux.flux_http_save', 1, JSON.stringify(request)),
      step('flux.flux_answer', buffer, 0x20000),
    ],
    {
      out,
      limits,
      dump: -1,
      egress: { allow: [server.address] },
    },
  );
  return JSON.parse(text);
}

const unpack = (body: string, more: Partial<HttpSave> = {}) =>
  save(body, { path: '/out', unpack: 'tar+gzip', ...more });
const digestOf = (bytes: Buffer, algorithm = 'sha256') =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

function files(): string[] {
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(out, name)).isFile())
    .toSorted();
}

test('an honest body becomes a file, with its size and digest', async () => {
  const saved = await save('text', { path: '/out/deep/in/file.txt' });
  assert.equal(saved, { size: 9, digest: digestOf(Buffer.from('some text')) });
  assert.is(readFileSync(join(out, 'deep/in/file.txt'), 'utf8'), 'some text');
});

test('an honest archive is unpacked, its executables stay what they are', async () => {
  assert.equal(await unpack('honest', { digest: digestOf(honest) }), {
    size: honest.length,
    digest: digestOf(honest),
  });
  assert.equal(files(), ['a/b.txt', 'run']);
  assert.equal(
    ['a/b.txt', 'run'].map((name) => statSync(join(out, name)).mode & 0o777),
    [0o644, 0o755],
  );
  assert.equal(await save('tar', { path: 'out/sub', unpack: 'tar' }), {
    size: 2048,
    digest: digestOf(tarOf([file('plain')])),
  });
  assert.equal(files(), ['a/b.txt', 'run', 'sub/plain']);
  const sha512 = digestOf(honest, 'sha512');
  assert.is((await unpack('honest', { digest: sha512 })).digest, sha512);
});

test('what lies behind the end of an archive counts for its digest and size', async () => {
  const saved = await unpack('padded');
  assert.equal(saved, { size: honest.length + 100_000, digest: digestOf(bodies['padded'] as Buffer) });
});

/** What is refused, with the code and a part of what the plugin is told. */
const refused: Record<string, readonly [() => Promise<Saved>, string, RegExp]> = {
  'another digest': [
    () => unpack('honest', { digest: digestOf(Buffer.from('x')) }),
    'FLUX_E_EGRESS_DIGEST',
    /has digest sha256:\w+, but sha256:2d71\w+ was expected/,
  ],
  'a body that was changed and is no archive any more': [
    () => unpack('text', { digest: digestOf(honest) }),
    'FLUX_E_EGRESS_DIGEST',
    /was expected/,
  ],
  'a digest that is none': [
    () => unpack('honest', { digest: 'md5:00' }),
    'FLUX_E_EGRESS_REQUEST',
    /no digest/,
  ],
  'a body that is larger than was said': [
    () => save('text', { path: '/out/a', maxBytes: 8 }),
    'FLUX_E_EGRESS_TOO_LARGE',
    /larger than 8 bytes/,
  ],
  'a body that breaks off': [
    () => save('breaks', { path: '/out/a' }),
    'FLUX_E_EGRESS_BROKEN',
    /connection to/,
  ],
  'a file beyond the quota': [
    () => save('large-file', { path: '/out/a' }),
    'FLUX_E_EGRESS_FILES',
    /more bytes .* than this call may write/,
  ],
  'an endless file': [
    () => save('endless', { path: '/out/a' }),
    'FLUX_E_EGRESS_FILES',
    /more bytes .* than this call may write/,
  ],
  'a bomb of one file': [() => unpack('bomb-file'), 'FLUX_E_EGRESS_FILES', /zeros .* more bytes/],
  'a bomb of files': [() => unpack('bomb-files'), 'FLUX_E_EGRESS_FILES', /f20 .* more files/],
  'a bomb of folders': [() => unpack('bomb-folders'), 'FLUX_E_EGRESS_FILES', /more files/],
  'a bomb of headers': [() => unpack('bomb-headers'), 'FLUX_E_EGRESS_ARCHIVE', /more bytes/],
  'one header that fills the memory': [
    () => unpack('bomb-header'),
    'FLUX_E_EGRESS_ARCHIVE',
    /extended header of 3000000 bytes/,
  ],
  'an entry that says it is longer than it is': [
    () => unpack('size-lies'),
    'FLUX_E_EGRESS_ARCHIVE',
    /unexpected end/,
  ],
  'an archive that is cut off': [() => unpack('cut-gzip'), 'FLUX_E_EGRESS_ARCHIVE', /cut off/],
  'an archive that ends in the middle of an entry': [
    () => unpack('cut-tar'),
    'FLUX_E_EGRESS_ARCHIVE',
    /unexpected end/,
  ],
  'text as an archive': [() => unpack('text'), 'FLUX_E_EGRESS_ARCHIVE', /not compressed with gzip/],
  'a plain archive as a compressed one': [() => unpack('tar'), 'FLUX_E_EGRESS_ARCHIVE', /not compressed/],
  'dots in a name': [() => unpack('dots'), 'FLUX_E_EGRESS_ARCHIVE', /"\.\.\/beside"/],
  'dots inside of a name': [() => unpack('dots-inside'), 'FLUX_E_EGRESS_ARCHIVE', /name/],
  'an absolute name': [() => unpack('absolute'), 'FLUX_E_EGRESS_ARCHIVE', /name/],
  'a backslash in a name': [() => unpack('backslash'), 'FLUX_E_EGRESS_ARCHIVE', /name/],
  'a name with a line break': [() => unpack('control'), 'FLUX_E_EGRESS_FILES', /not allowed/],
  'a name that is not UTF-8': [() => unpack('latin1'), 'FLUX_E_EGRESS_ARCHIVE', /not UTF-8/],
  'a hard link': [() => unpack('hard-link'), 'FLUX_E_EGRESS_ARCHIVE', /beside is of the unsupported type 1/],
  'a device': [() => unpack('device'), 'FLUX_E_EGRESS_ARCHIVE', /unsupported type 3/],
  'a pipe': [() => unpack('fifo'), 'FLUX_E_EGRESS_ARCHIVE', /unsupported type 6/],
  'a file where a folder is': [() => unpack('folder-then-file'), 'FLUX_E_EGRESS_FILES', /a folder is in/],
  'a folder where a file is': [() => unpack('file-then-folder'), 'FLUX_E_EGRESS_FILES', /a file is in/],
  'a path beside /out': [() => save('text', { path: '/elsewhere' }), 'FLUX_E_EGRESS_FILES', /not below/],
  'a path that leads out': [
    () => save('text', { path: '/out/../../beside' }),
    'FLUX_E_PLUGIN_ABI',
    /WASI errno|not below/,
  ],
  'a path that only begins like /out': [
    () => save('text', { path: '/outside' }),
    'FLUX_E_EGRESS_FILES',
    /not below/,
  ],
};

for (const [what, [attempt, code, message]] of Object.entries(refused)) {
  test(`${what} is refused, and nothing is written beyond the quota or elsewhere`, async () => {
    const answer = await attempt();
    assert.is(answer.code, code);
    assert.match(answer.message ?? '', message);
    assert.not.match(answer.message ?? '', root);
    assert.is(readFileSync(join(root, 'beside'), 'utf8'), 'as it was');
    assert.equal(readdirSync(root).toSorted(), ['beside', 'out']);
    const bytes = files().reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
    assert.ok(bytes <= quota, `${bytes} bytes were written`);
    assert.ok(await cage.alive());
  });
}

test('links in an archive are left out and named; what would have gone through them stays inside', async () => {
  const { skipped } = await cage.attack(
    [
      step('flux.flux_http_open', JSON.stringify({ url: `${server.url}/through-a-link` }), 0, 0),
      step('flux.flux_http_save', 1, JSON.stringify({ path: '/out', unpack: 'tar+gzip' })),
    ],
    {
      out,
      limits,
      egress: { allow: [server.address] },
    },
  );
  assert.equal(skipped, ['/out/link']);
  assert.is(readFileSync(join(root, 'beside'), 'utf8'), 'as it was');
  assert.is(readFileSync(join(out, 'link/beside'), 'utf8'), 'changed');
});

test('without /out, without the grant and without a handle nothing is saved', async () => {
  const steps = [
    step('flux.flux_http_open', JSON.stringify({ url: `${server.url}/text` }), 0, 0),
    step('flux.flux_http_save', 1, JSON.stringify({ path: '/out/a' })),
    step('flux.flux_answer', buffer, 0x20000),
  ];
  const open = { egress: { allow: [server.address] }, dump: -1 };
  const none = { requests: {} };
  assert.match((await cage.attack(steps, open)).text, /cannot be (saved|written)/);
  assert.match((await cage.attack(steps.slice(1), { ...open, out })).text, /not open/);
  assert.match((await cage.attack(steps, { ...open, out, manifest: none })).text, /may not use \\"http\\"/);
  assert.equal(files(), []);
});

test('a body that was read from cannot be saved as if it were whole', async () => {
  const steps = [
    step('flux.flux_http_open', JSON.stringify({ url: `${server.url}/honest` }), 0, 0),
    step('flux.flux_http_read', 1, buffer, 5),
    step('flux.flux_http_save', 1, JSON.stringify({ path: '/out/a' })),
    step('flux.flux_answer', buffer, 0x20000),
  ];
  const { text } = await cage.attack(steps, {
    out,
    dump: -1,
    egress: { allow: [server.address] },
  });
  assert.match(text, /read from already/);
});

test.run();
