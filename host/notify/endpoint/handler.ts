import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.ts';
import type { HttpMetrics } from '../../observability/http-metrics.ts';
import type { Logger } from '../../observability/logger.ts';
import { parseEvent } from '../event/parse.ts';
import type { Intake } from '../intake.ts';
import { createGate } from './gate.ts';

/** As in Flux. */
const maxBodyBytes = 3 * 2 ** 20;
/** Requests whose bodies are in memory at once, and those that may wait for that. */
const bounds = { places: 32, line: 2000 };

export interface HandlerOptions {
  readonly intake: Intake;
  readonly log: Logger;
  readonly metrics: HttpMetrics;
}

/**
 * Takes events in: 202 once they cannot be lost any more, 429 for one that came a moment ago, 400 and 413 for what is no event, 503 when there are
 * too many requests at once. Like Flux's it answers on every path.
 */
export function eventHandler({ intake, log, metrics }: HandlerOptions): RequestListener {
  const gate = createGate(bounds);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return void end(response, 405, { Allow: 'POST' });
    const leave = await gate.enter();
    if (!leave) return void end(response, 503, { 'Retry-After': '1', Connection: 'close' });
    try {
      const body = await readBody(request, maxBodyBytes);
      if (body === 'too-large') {
        const error = new Error(`request body exceeds the maximum size of ${maxBodyBytes} bytes`);
        log.error(error, 'reading the request body failed', { logger: 'event-server' });
        return void end(response, 413, { Connection: 'close' });
      }
      const accepted = await intake(parseEvent(body.toString('utf8')));
      if (accepted.retryAfterMs !== undefined) {
        metrics.throttled();
        return void end(response, 429, { 'Retry-After': String(Math.ceil(accepted.retryAfterMs / 1000)) });
      }
      await accepted.kept;
      end(response, 202);
    } finally {
      leave();
    }
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return response.destroy();
      log.error(error, 'receiving an event failed', { logger: 'event-server' });
      end(response, isBadEvent(error) ? 400 : 500);
    });
  };
}

function isBadEvent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FLUX_E_NOTIFY_EVENT';
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  if (!response.headersSent) response.writeHead(status, { ...headers, 'Content-Length': 0 });
  response.end();
}
