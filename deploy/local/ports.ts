import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { noFreePort } from './errors.ts';

/** Whether nobody listens on the port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Picks different free ports below the range that systems use for outgoing connections, so that a component
 * that is stopped for a while finds its port free again.
 * @throws FluxError FLUX_E_LOCAL_NO_FREE_PORT
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < 500 && ports.size < count; attempt += 1) {
    const port = randomInt(20_000, 30_000);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  if (ports.size < count) throw noFreePort();
  return [...ports];
}
