import { createServer, type IncomingMessage } from 'node:http';

/** A request as a key service sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Said {
  readonly status: number;
  readonly body: object | string;
}

/** A key service on this machine. */
export interface KeyServer {
  readonly url: string;
  /** Answers a request without the network, as the server would. */
  answer(asked: Asked): Said;
  readonly asked: Asked[];
  close(): Promise<void>;
}

export async function startKeyServer(answer: (asked: Asked) => Said): Promise<KeyServer> {
  const asked: Asked[] = [];
  const recorded = (request: Asked): Said => {
    asked.push(request);
    return answer(request);
  };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const { status, body } = recorded({
        method,
        path: url,
        headers,
        body: Buffer.concat(pieces).toString(),
      });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    answer: recorded,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
