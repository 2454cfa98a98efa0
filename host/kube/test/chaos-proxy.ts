import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { clusterFromContext } from '../cluster.ts';
import { createCredentialSource } from '../credentials.ts';
import { readKubeconfig } from '../kubeconfig.ts';
import { statusBody } from './fake-server.ts';

/** What happens to one watch. */
export type Fate = 'drop' | 'cut' | 'throttle' | 'gone' | 'gone-event' | 'stall' | 'end';

const fates: readonly Fate[] = [
  'drop',
  'throttle',
  'cut',
  'gone',
  'drop',
  'stall',
  'gone-event',
  'end',
  'throttle',
];

/** A proxy before an API server that harms every watch, each in the next of several ways. */
export interface ChaosProxy {
  readonly url: string;
  /** How often each thing happened. */
  readonly happened: Readonly<Record<Fate, number>>;
  /** From now on everything passes unharmed. */
  calm(): void;
  close(): Promise<void>;
}

export async function startChaosProxy(kubeconfig: string): Promise<ChaosProxy> {
  const config = clusterFromContext(await readKubeconfig({ path: kubeconfig }));
  const credentials = await createCredentialSource(config).get();
  const happened: Record<Fate, number> = {
    drop: 0,
    cut: 0,
    throttle: 0,
    gone: 0,
    'gone-event': 0,
    stall: 0,
    end: 0,
  };
  let watches = 0;
  let calm = false;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const watch = request.url?.includes('watch=true') ?? false;
    const fate = watch && !calm ? fates[watches++ % fates.length] : undefined;
    if (fate === 'throttle' || fate === 'gone') {
      happened[fate] += 1;
      response.writeHead(fate === 'gone' ? 410 : 429, {
        'content-type': 'application/json',
        'retry-after': '1',
      });
      const reason = fate === 'gone' ? 'Expired' : 'TooManyRequests';
      response.end(JSON.stringify(statusBody(fate === 'gone' ? 410 : 429, reason, 'chaos')));
      return;
    }
    const upstream = httpsRequest(
      `${config.server}${request.url}`,
      {
        method: request.method ?? 'GET',
        headers: { accept: request.headers.accept, ...credentials.headers },
        ...credentials.tls,
        rejectUnauthorized: !config.insecureSkipTlsVerify,
      },
      (answer) => forward(answer, response, fate),
    );
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  function forward(answer: IncomingMessage, response: ServerResponse, fate: Fate | undefined): void {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    let stalled = false;
    let lastByte = 10;
    answer.on('data', (chunk: Buffer) => {
      if (stalled) return;
      lastByte = chunk.at(-1) ?? lastByte;
      response.write(chunk);
    });
    answer.on('error', () => response.destroy());
    answer.on('end', () => response.end());
    if (!fate) return;
    setTimeout(
      () => {
        if (response.destroyed) return;
        happened[fate] += 1;
        if (fate === 'drop') response.destroy();
        if (fate === 'end') response.end();
        // What comes is swallowed, and the connection stays open.
        if (fate === 'stall') stalled = true;
        if (fate === 'cut')
          answer
            .once('data', () => {
              response.destroy();
            })
            .prependOnceListener('data', (chunk: Buffer) => {
              stalled = true;
              response.write(chunk.subarray(0, chunk.length >> 1));
            });
        if (fate === 'gone-event') {
          const event = `${JSON.stringify({ type: 'ERROR', object: statusBody(410, 'Expired', 'chaos') })}\n`;
          if (lastByte === 10) response.end(event);
          else answer.once('data', () => response.destroy());
        }
      },
      100 + Math.random() * 700,
    );
  }

  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    happened,
    calm() {
      calm = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
