import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A forward proxy as companies have them. */
export interface Proxy {
  readonly url: string;
  /** `host:port` of every tunnel (CONNECT) that was opened. */
  readonly tunnels: readonly string[];
  /** URL of every plain request that was forwarded. */
  readonly forwarded: readonly string[];
  /** How many requests were refused for want of the right login. */
  readonly refused: () => number;
  close(): Promise<void>;
}

const refusal = [
  'HTTP/1.1 407 Proxy Authentication Required',
  'proxy-authenticate: Basic realm="proxy"',
  'content-length: 0',
  'connection: close',
  '\r\n',
].join('\r\n');

/** Starts a proxy for CONNECT and for plain HTTP, on request with a login. */
export async function startProxy(auth?: { username: string; password: string }): Promise<Proxy> {
  const [tunnels, forwarded]: [string[], string[]] = [[], []];
  const sockets = new Set<Socket>();
  let refused = 0;
  const login = auth && `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  const isAllowed = (request: IncomingMessage) => {
    if (!login || request.headers['proxy-authorization'] === login) return true;
    refused += 1;
    return false;
  };
  const server = createServer((request, response) => {
    if (!isAllowed(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const target = request.url ?? '';
    if (!target.startsWith('http://')) {
      response.writeHead(400).end('this is a proxy');
      return;
    }
    forwarded.push(target);
    const { 'proxy-authorization': _login, 'proxy-connection': _connection, ...headers } = request.headers;
    const onward = httpRequest(target, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    if (!isAllowed(request)) {
      client.end(refusal);
      return;
    }
    const target = request.url ?? '';
    tunnels.push(target);
    const { hostname, port } = new URL(`http://${target}`);
    const onward = connect(Number(port || 80), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    tunnels,
    forwarded,
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
