import { createServer } from 'node:net';
import { startSshServer } from '@flux-host/test/helpers/git-server.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scanHostKey } from './scan.ts';

const { signal } = new AbortController();

for (const hostKey of ['ed25519', 'ecdsa', 'rsa'] as const) {
  test(`the ${hostKey} key of a real OpenSSH server becomes the known_hosts line that OpenSSH would write`, async () => {
    const server = await startSshServer({ hostKey });
    try {
      const line = await scanHostKey(`127.0.0.1:${server.port}`, signal);
      assert.is(line, server.knownHosts.trim().split(' ').slice(0, 3).join(' '));
    } finally {
      await server.close();
    }
  });
}

async function scanOf(answer: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    return await scanHostKey(`127.0.0.1:${port}`, signal).catch((error: Error) => error.message);
  } finally {
    server.close();
  }
}

test('a server that speaks something else is told', async () => {
  assert.match(
    await scanOf('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /^SSH key scan for host 127\.0\.0\.1:\d+ failed, error: the server/,
  );
  assert.match(await scanOf('SSH-1.0-old\r\n'), 'the server speaks SSH-1.0-old');
  assert.match(await scanOf(`SSH-2.0-x\r\n\xff\xff\xff\xff`), 'impossible length');
});

test('a server that is not there is told', async () => {
  const error: Error = await scanHostKey('127.0.0.1:1', signal).then(
    () => new Error('it succeeded'),
    (reason: Error) => reason,
  );
  assert.match(error.message, /SSH key scan for host 127\.0\.0\.1:1 failed, error: .*ECONNREFUSED/);
});

test.run();
