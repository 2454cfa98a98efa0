import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';

/** What the probe notifier posts. */
export interface Received {
  readonly event: FluxEvent;
  readonly provider: { readonly name: string; readonly username?: string };
  readonly alert: { readonly name: string };
  readonly message?: string;
  /** Content of the Secret's key `channel-key`. */
  readonly seen?: string;
  /** Header that the host added. */
  readonly authorization?: string;
}

/** How the service answers; undefined: 200. */
export type Answer =
  | { readonly status: number; readonly retryAfter?: number; readonly body?: string }
  | undefined;

/** A service that notifications are sent to, on 127.0.0.1. */
export interface Service {
  readonly url: string;
  /** What it took, in order. */
  readonly received: Received[];
  /** Requests, those that it refused too. */
  readonly requests: number;
  answer: (received: Received) => Answer;
  close(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const received: Received[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { authorization } = request.headers;
    const body: Received = {
      ...JSON.parse(Buffer.concat(pieces).toString()),
      ...(authorization ? { authorization } : {}),
    };
    const answer = service.answer(body);
    if (!answer) received.push(body);
    const headers = answer?.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) };
    response.writeHead(answer?.status ?? 200, headers).end(answer?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: Service = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    get requests() {
      return requests;
    },
    answer: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}
