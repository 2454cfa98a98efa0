import { createServer } from 'node:http';
import { listen } from '../../helpers/git/listen.ts';

/** A service on 127.0.0.1 that takes everything. */
export interface Sink {
  readonly url: string;
  close(): Promise<void>;
}

/** @param onBody is told of each request's body */
export async function startSink(onBody: (body: string) => void = () => {}): Promise<Sink> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      onBody(Buffer.concat(pieces).toString());
      response.end('taken');
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
