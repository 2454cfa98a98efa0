import { createServer } from 'node:http';
import { connect } from 'node:net';

/** A forward proxy that tunnels (`CONNECT`), as companies put before everything. */
export async function startConnectProxy() {
  const tunnels: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket, head) => {
    const target = request.url ?? '';
    tunnels.push(target);
    const { hostname, port } = new URL(`tcp://${target}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** `host:port` of every tunnel. */
    tunnels,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
