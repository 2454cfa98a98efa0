import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { listen } from '../git/listen.ts';

/** A request to a service of a cloud. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What cannot be run here: a proxy behind which the registries of clouds are, and their token services. */
export interface Clouds {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** By path: what a service answers. */
  answers: Readonly<Record<string, object>>;
  forget(): void;
  close(): void;
}

/** @param registries host to the address of a registry that is run here */
export async function startClouds(registries: Readonly<Record<string, string>>): Promise<Clouds> {
  let seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const target = new URL(request.url ?? '/', clouds.url);
    const registry = registries[target.host];
    if (registry && target.pathname.startsWith('/v2/')) {
      const options = { method: request.method, headers: request.headers };
      const onward = httpRequest(`http://${registry}${target.pathname}${target.search}`, options);
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { headers } = request;
    seen.push({ path: target.pathname, headers, body: Buffer.concat(pieces).toString() });
    const answer = clouds.answers[target.pathname];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'no such service' }));
  });
  // The registries speak no TLS, which is what a client finds out first.
  server.on('connect', (_request, client) => {
    const [address = ''] = Object.values(registries);
    const onward = connect(Number(address.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const clouds: Clouds = {
    url,
    get seen() {
      return seen;
    },
    answers: {},
    forget() {
      seen = [];
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return clouds;
}
