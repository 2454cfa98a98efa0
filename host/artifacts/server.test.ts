import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { parseAddress, parseOptionalAddress } from '../http/address.ts';
import { startArtifactServer } from './server.ts';
import { inFolder } from './test/helpers.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Site {
  readonly root: string;
  readonly port: number;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  stop(): Promise<void>;
}

const FILE = '/gitrepository/apps/web/a.tar.gz';

async function withSite(use: (site: Site) => Promise<void>, graceMs = 5000): Promise<void> {
  await inFolder(async (root) => {
    mkdirSync(join(root, 'gitrepository/apps/web'), { recursive: true });
    writeFileSync(join(root, FILE), '0123456789');
    const server = await startArtifactServer({ root, address: parseAddress('127.0.0.1:0'), graceMs });
    const get: Site['get'] = (path, headers = {}, method = 'GET') =>
      new Promise((resolve, reject) => {
        const sent = request(
          { port: server.port, host: '127.0.0.1', path, headers, method, agent: false },
          async (response) => {
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: await text(response),
            });
          },
        );
        sent.on('error', reject).end();
      });
    try {
      await use({ root, port: server.port, get, stop: server.stop });
    } finally {
      await server.stop();
    }
  });
}

test('A file is served whole with its type, length and validators; HEAD has the same without the bytes', async () => {
  await withSite(async ({ get }) => {
    const whole = await get(FILE);
    assert.equal([whole.status, whole.body], [200, '0123456789']);
    assert.is(whole.headers['content-type'], 'application/gzip');
    assert.is(whole.headers['content-length'], '10');
    assert.ok(whole.headers.etag && whole.headers['last-modified']);
    const head = await get(FILE, {}, 'HEAD');
    assert.equal(
      [head.status, head.body, head.headers.etag, head.headers['content-length']],
      [200, '', whole.headers.etag, '10'],
    );
  });
});

test('Ranges work: a part, an open end, a suffix; beyond the end is 416; several or strange ones give the whole', async () => {
  await withSite(async ({ get }) => {
    const ranged = async (range: string) => {
      const { status, body, headers } = await get(FILE, { Range: range });
      return [status, body, headers['content-range']];
    };
    assert.equal(await ranged('bytes=2-4'), [206, '234', 'bytes 2-4/10']);
    assert.equal(await ranged('bytes=7-'), [206, '789', 'bytes 7-9/10']);
    assert.equal(await ranged('bytes=8-100'), [206, '89', 'bytes 8-9/10']);
    assert.equal(await ranged('bytes=-3'), [206, '789', 'bytes 7-9/10']);
    assert.equal(await ranged('bytes=-99'), [206, '0123456789', 'bytes 0-9/10']);
    assert.equal((await ranged('bytes=10-')).toSpliced(1, 1), [416, 'bytes */10']);
    assert.equal((await ranged('bytes=-0')).toSpliced(1, 1), [416, 'bytes */10']);
    for (const range of ['bytes=0-1,3-4', 'bytes=5-2', 'lines=1-2', 'bytes=-'])
      assert.equal(await ranged(range), [200, '0123456789', undefined], range);
  });
});

test('A client that has the file already gets 304, and a range of a changed file is not mixed in', async () => {
  await withSite(async ({ get, root }) => {
    const { headers } = await get(FILE);
    const etag = headers.etag ?? '';
    const date = headers['last-modified'] ?? '';
    const status = async (sent: Record<string, string>) => (await get(FILE, sent)).status;
    assert.is(await status({ 'If-None-Match': etag }), 304);
    assert.is(await status({ 'If-None-Match': `"x", W/${etag}` }), 304);
    assert.is(
      await status({ 'If-None-Match': '"x"', 'If-Modified-Since': date }),
      200,
      'the tag has the last word',
    );
    assert.is(await status({ 'If-Modified-Since': date }), 304);
    assert.is(await status({ Range: 'bytes=1-2', 'If-Range': etag }), 206);
    writeFileSync(join(root, FILE), 'changed!');
    assert.is(await status({ 'If-None-Match': etag }), 200);
    const mixed = await get(FILE, { Range: 'bytes=1-2', 'If-Range': etag });
    assert.equal([mixed.status, mixed.body], [200, 'changed!']);
  });
});

test('Only artifacts are served: no listings, hidden files, locks, or ways out of the store', async () => {
  await withSite(async ({ get, root }) => {
    writeFileSync(join(root, 'secret'), 'secret');
    mkdirSync(join(root, '.tmp/a/b'), { recursive: true });
    writeFileSync(join(root, '.tmp/a/b/c'), 'secret');
    writeFileSync(join(root, 'gitrepository/apps/web/.hidden'), 'secret');
    writeFileSync(join(root, 'gitrepository/apps/web/a.lock'), 'secret');
    symlinkSync('/etc/passwd', join(root, 'gitrepository/apps/web/passwd'));
    symlinkSync('../..', join(root, 'gitrepository/apps/web/up'));
    const paths = [
      '/',
      '/gitrepository/apps/web',
      '/gitrepository/apps/web/',
      '/secret',
      '/.tmp/a/b/c',
      '/gitrepository/apps/web/.hidden',
      '/gitrepository/apps/web/a.lock',
      '/gitrepository/apps/web/passwd',
      '/gitrepository/apps/web/up',
      '/gitrepository/apps/web/../../../secret',
      '/gitrepository/apps/web/%2e%2e/web/a.tar.gz',
      '/gitrepository/apps/%2e%2e/apps/web/a.tar.gz',
      '/gitrepository/apps/web/..%2f..%2f..%2fsecret',
      '/gitrepository/apps/web/a.tar.gz%00',
      '/gitrepository/apps/web/%zz',
      `/gitrepository/apps/web/${'x'.repeat(300)}`,
      '//gitrepository/apps/web/a.tar.gz',
      'http://elsewhere/gitrepository/apps/web/a.tar.gz',
    ];
    for (const path of paths) {
      const { status, body } = await get(path);
      assert.equal([status, body], [404, 'artifact not found\n'], path);
    }
    assert.is((await get(FILE, {}, 'POST')).status, 405);
    assert.is((await get(FILE, {}, 'DELETE')).headers.allow, 'GET, HEAD');
    assert.is((await get(`${FILE}?x=1`)).status, 200);
  });
});

test('The link to the latest artifact is served, also an absolute one that Flux made', async () => {
  await withSite(async ({ get, root }) => {
    symlinkSync('a.tar.gz', join(root, 'gitrepository/apps/web/latest.tar.gz'));
    symlinkSync('/data/gitrepository/apps/web/a.tar.gz', join(root, 'gitrepository/apps/web/old.tar.gz'));
    for (const name of ['latest', 'old'])
      assert.is((await get(`/gitrepository/apps/web/${name}.tar.gz`)).body, '0123456789');
  });
});

test('A file with a colon in its name, as OCI artifacts have, is served', async () => {
  await withSite(async ({ get, root }) => {
    writeFileSync(join(root, 'gitrepository/apps/web/sha256:ab.tar.gz'), 'oci');
    assert.is((await get('/gitrepository/apps/web/sha256:ab.tar.gz')).body, 'oci');
    assert.is((await get('/gitrepository/apps/web/sha256%3Aab.tar.gz')).body, 'oci');
  });
});

test('Deleting an artifact does not disturb who is downloading it', async () => {
  await withSite(async ({ root, port }) => {
    const size = 30 * 1024 * 1024;
    truncateSync(join(root, FILE), size);
    const received = await new Promise<number>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: FILE, agent: false }, (response) => {
        rmSync(join(root, 'gitrepository'), { recursive: true });
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes)).on('error', reject);
      }).end();
    });
    assert.is(received, size);
  });
});

/** How often this process has the served file open; asked of the kernel. */
function openCount(root: string): number {
  const target = (fd: string): string => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  };
  return readdirSync('/proc/self/fd').filter((fd) => target(fd) === join(root, FILE)).length;
}

(existsSync('/proc/self/fd') ? test : test.skip)(
  'Downloads leave no open file behind: whole, in part, without a body, broken off',
  async () => {
    await withSite(async ({ root, port, get }) => {
      truncateSync(join(root, FILE), 30 * 1024 * 1024);
      await get(FILE);
      await get(FILE, { Range: 'bytes=0-1' });
      await get(FILE, { Range: 'bytes=99999999-' });
      await get(FILE, {}, 'HEAD');
      await new Promise<void>((resolve) => {
        const sent = request({ port, host: '127.0.0.1', path: FILE, agent: false }, (response) => {
          assert.is(openCount(root), 1, 'it is open while it is sent');
          response.destroy();
          resolve();
        });
        sent.on('error', () => {}).end();
      });
      for (let i = 0; i < 1000 && openCount(root) > 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      assert.is(openCount(root), 0);
    });
  },
);

test('An empty file is served', async () => {
  await withSite(async ({ get, root }) => {
    truncateSync(join(root, FILE), 0);
    const { status, body, headers } = await get(FILE);
    assert.equal([status, body, headers['content-length']], [200, '', '0']);
  });
});

test('A stop lets a download finish and turns new ones away', async () => {
  await withSite(async ({ root, port, get, stop }) => {
    truncateSync(join(root, FILE), 30 * 1024 * 1024);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    request({ port, host: '127.0.0.1', path: FILE, agent: false }, async (response) => {
      const stopped = stop();
      const refused = await get(FILE).catch((error: NodeJS.ErrnoException) => error.code);
      assert.is(refused, 'ECONNREFUSED');
      let bytes = 0;
      for await (const chunk of response) bytes += chunk.length;
      await stopped;
      resolve(bytes);
    })
      .on('error', reject)
      .end();
    assert.is(await promise, statSync(join(root, FILE)).size);
  });
});

test('A client that does not read is cut off after the grace period', async () => {
  await withSite(async ({ root, port, stop }) => {
    truncateSync(join(root, FILE), 30 * 1024 * 1024);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET ${FILE} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await stop();
    socket.destroy();
  }, 50);
});

test('An address in use is a failure that names it', async () => {
  await withSite(async ({ port, root }) => {
    try {
      await startArtifactServer({ root, address: { host: '127.0.0.1', port } });
      assert.unreachable('it started');
    } catch (error) {
      assert.ok(error instanceof FluxError);
      assert.is(error.code, 'FLUX_E_LISTEN');
      assert.match(error.message, `127.0.0.1:${port}`);
    }
  });
});

test('Addresses are written as in Flux', () => {
  assert.equal(parseAddress(':9090'), { host: '', port: 9090 });
  assert.equal(parseAddress('[::1]:80'), { host: '::1', port: 80 });
  assert.equal(parseAddress('localhost:0'), { host: 'localhost', port: 0 });
  assert.is(parseOptionalAddress('0'), undefined);
  for (const bad of ['9090', 'localhost', ':99999', '::1:80', 'a b:80', ':', '[x:80'])
    assert.throws(() => parseAddress(bad), /invalid listen address/, bad);
});

test.run();
