import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { Address } from '../http/address.ts';
import { readBody } from '../http/body.ts';
import { measured } from '../http/measured.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { formatKey, keyOf } from '../kube/object.ts';
import type { HttpMetrics } from '../observability/http-metrics.ts';
import { closedBecause, handle } from './handle.ts';
import { Throttle } from './throttle.ts';
import type { FindReceiver, ReceiverServices } from './types.ts';
import { webhookPrefix } from './webhook-path.ts';

export interface ReceiverServerOptions extends ReceiverServices {
  /** `--receiverAddr` */
  readonly address: Address;
  readonly find: FindReceiver;
  readonly metrics: HttpMetrics;
  /** `--export-http-path-metrics` */
  readonly exportPath: boolean;
}

/** Flux's limits. */
const maxBodyBytes = 3 * 2 ** 20;
const maxHeaderBytes = 256 * 2 ** 10;
const requestMs = 30_000;
const retryAfterSeconds = 5;

/**
 * Serves the webhooks of all Receivers. Any method is taken, as in Flux; answers have no body, since their readers are strangers.
 * @throws FluxError FLUX_E_LISTEN
 */
export function startReceiverServer(options: ReceiverServerOptions): Promise<HttpServer> {
  const { address, metrics, exportPath, log } = options;
  const throttle = new Throttle();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(options, throttle, request)
      .catch((error: unknown) => {
        // The sender went away in the middle of its request.
        if (!request.complete) return 400;
        log.error(error, 'webhook failed');
        return 500;
      })
      .then((status) => send(request, response, status));
  };
  return startHttpServer({
    address,
    name: 'webhook receiver',
    maxHeaderBytes,
    requestMs,
    handler: measured({ metrics, handler: webhookPrefix, exportPath }, listener),
  });
}

async function answer(
  options: ReceiverServerOptions,
  throttle: Throttle,
  request: IncomingMessage,
): Promise<number> {
  // Flux compares the whole of it, query included; nobody who does not know a path may cost more than this look-up.
  const receiver = request.url?.startsWith(webhookPrefix) ? options.find(request.url) : undefined;
  if (!receiver) return 404;
  const closed = closedBecause(receiver);
  if (closed) {
    options.log.info(`unable to process request: ${closed}`, fieldsOf(receiver));
    return 503;
  }
  const status = await throttle.run(formatKey(keyOf(receiver)), async () => {
    const body = await readBody(request, maxBodyBytes);
    if (body === 'too-large') {
      const error = new Error(`request body exceeds the maximum size of ${maxBodyBytes} bytes`);
      options.log.error(error, 'reading the request body failed', fieldsOf(receiver));
      return 413;
    }
    return handle(options, receiver, {
      method: request.method ?? '',
      headers: headersOf(request),
      body,
    });
  });
  if (status !== undefined) return status;
  options.metrics.throttled();
  options.log.debug('too many requests', fieldsOf(receiver));
  return 429;
}

function fieldsOf({ metadata: { name, namespace } }: Receiver) {
  return { 'reconciler kind': 'Receiver', name, namespace };
}

function headersOf({ headersDistinct }: IncomingMessage): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values ?? []]));
}

function send(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('content-length', 0);
  if (status === 429) response.setHeader('retry-after', retryAfterSeconds);
  // A body that nobody wants is not read to its end.
  if (!request.complete) response.setHeader('connection', 'close');
  response.end();
}
