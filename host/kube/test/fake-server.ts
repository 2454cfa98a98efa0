import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type ClientOptions, type ConnectedClient, createClient } from '../client.ts';
import type { UserConfig } from '../cluster.ts';
import type { ApiResource } from '../types.ts';

export const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

/** An API server that fails in ways a real one cannot be told to; `seen` are the requests it got. */
export interface FakeServer {
  readonly seen: IncomingMessage[];
  readonly url: string;
  client(options?: ClientOptions & { user?: UserConfig }): ConnectedClient;
  close(): Promise<void>;
}

export async function startFakeServer(
  respond: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<FakeServer> {
  const seen: IncomingMessage[] = [];
  const clients: ConnectedClient[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request);
    respond(request, response, seen.length);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    seen,
    url,
    client({ user = {}, ...options } = {}) {
      const client = createClient(
        { server: url, insecureSkipTlsVerify: false, namespace: '', user },
        options,
      );
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers JSON. */
export function reply(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A Status as the API server writes it. */
export function statusBody(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
