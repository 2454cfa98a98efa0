import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** A server on a free port of the loopback interface. */
export interface TestServer {
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** An HTTP server; it remembers its requests. */
export interface TestHttpServer extends TestServer {
  readonly url: string;
  readonly seen: IncomingMessage[];
}

async function listen(server: Server): Promise<TestServer> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

export async function httpServer(answer: RequestListener): Promise<TestHttpServer> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request);
    answer(request, response);
  });
  const running = await listen(server);
  return { ...running, url: `http://${running.address}`, seen };
}

export function tcpServer(serve: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(serve));
}

/** Waits until something is so; the caller's own time limit is that of the test run. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
