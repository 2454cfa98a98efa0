import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Egress } from '@flux-host/host/sandbox/egress/egress.ts';
import { egressSession } from '@flux-host/host/sandbox/egress/session.ts';
import { Agent } from 'undici';
import type { RecordedRequest, Respond } from './recorded.ts';

/** A way out of the host that leads nowhere: whatever the address, the request ends here. */
export interface Recorder {
  readonly egress: Egress;
  /** All requests so far. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Larger than any request that a test looks at. */
const maxBodyBytes = 64 * 2 ** 20;

/**
 * Starts a server on the loopback interface to which every connection leads that the host would make. Grants are checked and credentials added by the
 * host's own code, since only the socket is another one. TCP connections, which have no form that could be shown, are refused.
 */
export async function startRecorder(respond: Respond = () => ({})): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  /** Which scheme a connection was opened for, by its port on the client's side. */
  const schemes = new Map<number, string>();
  const server = createServer(async (incoming, response) => {
    try {
      const request = await recorded(incoming, schemes.get(incoming.socket.remotePort ?? 0) ?? 'http:');
      requests.push(request);
      const { status = 200, headers = {}, body = {} } = (await respond(request)) ?? {};
      const isText = typeof body === 'string';
      response.writeHead(status, {
        'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
        ...headers,
      });
      response.end(isText ? body : JSON.stringify(body));
    } catch (error) {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = addressOf(server.address());
  const dispatcher = new Agent({
    connect({ protocol }, callback) {
      const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', (error) => callback(error, null));
      socket.once('connect', () => {
        schemes.set(socket.localPort ?? 0, protocol);
        callback(null, socket);
      });
    },
  });
  const route = () => ({ dispatcher, proxy: null });
  return {
    requests,
    egress: {
      session: (grant) => egressSession(grant, { lookup: refuse, route }),
      close: async () => {},
    },
    async close() {
      await dispatcher.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function refuse(): Promise<never> {
  throw new Error('TCP connections are not recorded: run the plugin against a real address');
}

async function recorded(incoming: IncomingMessage, scheme: string): Promise<RecordedRequest> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxBodyBytes) throw new Error('the request is too large to be recorded');
  }
  const bytes = Buffer.concat(pieces);
  const body = bytes.toString();
  const { host = '' } = incoming.headers;
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `${scheme}//${host}`).href,
    headers: sentHeaders(incoming.headers),
    body,
    bytes,
    json: () => JSON.parse(body),
  };
}

/** Without those that belong to the connection. */
function sentHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !['connection', 'host', 'transfer-encoding'].includes(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address === 'object' && address) return address;
  throw new Error('the recorder has no port');
}
