import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { parseAddress } from '../http/address.ts';
import { startArtifactServer } from './server.ts';
import { hiddenFiles, inStore, owner, readFiles, writeFiles } from './test/helpers.ts';
import type { Artifact } from './types.ts';

const QUICK = { download: { retries: 2, minDelayMs: 1, maxDelayMs: 5 } };

/** A server that answers each request with the next handler; the last one stays. */
async function withServer<T>(
  handlers: RequestListener[],
  use: (base: string, hits: () => number) => Promise<T>,
): Promise<T> {
  let hits = 0;
  const server = createServer((request, response) =>
    handlers[Math.min(hits++, handlers.length - 1)]!(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(
      `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/a.tar.gz`,
      () => hits,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const answer = (status: number, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) => response.writeHead(status, headers).end('no');
};

const cutOff: RequestListener = (_, response) => {
  response.writeHead(200, { 'Content-Length': '1000' }).write('part');
  setImmediate(() => response.destroy());
};

const artifactAt = (url: string, digest = `sha256:${'0'.repeat(64)}`): Artifact => ({
  url,
  digest,
  path: 'gitrepository/other/one/a.tar.gz',
  revision: 'r',
  lastUpdateTime: '2026-01-01T00:00:00Z',
});

async function failureOf(url: string, options = {}): Promise<FluxError> {
  return inStore(
    async (store, { root }) => {
      try {
        await store.tree(artifactAt(url));
      } catch (error) {
        assert.equal(hiddenFiles(root), [], 'nothing is left behind');
        if (error instanceof FluxError) return error;
        throw error;
      }
      throw new Error('no failure');
    },
    { ...QUICK, ...options },
  );
}

test('An artifact of another controller is fetched from it, checked and unpacked', async () => {
  await inStore(async (other, { root, source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await other.archive(owner, 'r', source, { file: 'a.tar.gz' });
    const server = await startArtifactServer({ root, address: parseAddress('127.0.0.1:0') });
    try {
      const url = `http://127.0.0.1:${server.port}/${artifact.path}`;
      await inStore(async (store) => {
        const lease = await store.tree({ ...artifact, url });
        assert.equal(readFiles(lease.dir), { 'a.yaml': 'kind: A' });
      }, QUICK);
    } finally {
      await server.stop();
    }
  });
});

test('Passing failures are tried again: 503, throttling, a cut off body', async () => {
  await inStore(async (other, { source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await other.archive(owner, 'r', source, { file: 'a.tar.gz' });
    const good: RequestListener = (_, response) => response.end(readFileSync(other.localPath(artifact)));
    for (const bad of [answer(503), answer(429, { 'Retry-After': '1' }), cutOff]) {
      await withServer([bad, bad, good], async (url, hits) => {
        await inStore(async (store) => {
          const lease = await store.tree({ ...artifact, url });
          assert.equal(readFiles(lease.dir), { 'a.yaml': 'kind: A' });
          assert.is(hits(), 3);
        }, QUICK);
      });
    }
  });
});

test('After the last retry the answer of the server is in the message', async () => {
  await withServer([answer(502)], async (url, hits) => {
    const error = await failureOf(url);
    assert.is(error.code, 'FLUX_E_ARTIFACT_DOWNLOAD');
    assert.match(error.message, `${url}: status: 502`);
    assert.is(hits(), 3);
  });
});

test('A missing artifact is known at once, and so is a refusal', async () => {
  await withServer([answer(404)], async (url, hits) => {
    assert.is((await failureOf(url)).code, 'FLUX_E_ARTIFACT_NOT_FOUND');
    assert.is(hits(), 1);
  });
  await withServer([answer(403)], async (url, hits) => {
    assert.match((await failureOf(url)).message, /status: 403/);
    assert.is(hits(), 1);
  });
});

test('A server that is not there is named', async () => {
  const url = await withServer([], async (base) => base);
  const error = await failureOf(url);
  assert.match(error.message, `${url}: connect ECONNREFUSED`);
  const named = await failureOf(url.replace('127.0.0.1', 'localhost'));
  assert.match(named.message, /connect ECONNREFUSED/);
});

test('Other bytes than promised are refused', async () => {
  await withServer([(_, response) => response.end('something else')], async (url) => {
    const error = await failureOf(url);
    assert.is(error.code, 'FLUX_E_ARTIFACT_DIGEST');
    assert.match(error.message, url);
  });
});

test('A download that is too large is stopped, whatever its headers said', async () => {
  await withServer([(_, response) => response.end(Buffer.alloc(2000))], async (url, hits) => {
    const error = await failureOf(url, { download: { ...QUICK.download, maxBytes: 1000 } });
    assert.match(error.message, /greater than the max download size of 1000 bytes/);
    assert.is(hits(), 1);
  });
});

test('Who aborts gets their answer while the server is silent, and the connection is closed', async () => {
  const closed = Promise.withResolvers<void>();
  const silent: RequestListener = (request) => request.socket.once('close', closed.resolve);
  await withServer([silent], async (url, hits) => {
    await inStore(async (store, { root }) => {
      const controller = new AbortController();
      const tree = store.tree(artifactAt(url), controller.signal);
      while (hits() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error('new revision'));
      try {
        await tree;
        assert.unreachable('the tree came');
      } catch (error) {
        assert.is(error instanceof Error && error.message, 'new revision');
      }
      await closed.promise;
      assert.not.ok(existsSync(join(root, 'gitrepository')));
    }, QUICK);
  });
});

test.run();
