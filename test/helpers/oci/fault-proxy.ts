import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../git/listen.ts';

/** A request that came through. */
export interface PassedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request itself (a failure, silence) when it returns true; it may also change it. `count` says how often this was asked before. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  count: number,
) => boolean | Promise<boolean>;

/** Stands in front of a registry and spoils what a test wants to be spoilt. */
export interface FaultProxy {
  /** `127.0.0.1:<port>`, to be used instead of the registry's. */
  readonly address: string;
  readonly requests: readonly PassedRequest[];
  /** TCP connections that clients made so far. */
  readonly connections: () => number;
  intercept: Intercept | undefined;
  /** Forgets the requests so far. */
  forget(): void;
  stop(): Promise<void>;
}

/** Starts a proxy before a plain HTTP registry. */
export async function startFaultProxy(address: string): Promise<FaultProxy> {
  const requests: PassedRequest[] = [];
  const counts = new Map<string, number>();
  let connections = 0;
  const state: { intercept: Intercept | undefined } = { intercept: undefined };
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, path: url, headers });
    const key = `${method} ${url}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (await state.intercept?.(request, response, count)) return;
    const onward = httpRequest(`http://${address}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    get intercept() {
      return state.intercept;
    },
    set intercept(value) {
      state.intercept = value;
    },
    forget() {
      requests.length = 0;
      counts.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
