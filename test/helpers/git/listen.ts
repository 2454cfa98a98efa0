import type { Server } from 'node:net';

/** Listens on a free port of 127.0.0.1 and returns it. A test that forgets to close the server still ends. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) reject(new Error('the server has no address'));
      else resolve(address.port);
      server.unref();
    });
  });
}
