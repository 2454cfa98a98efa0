import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HttpMetrics } from '../observability/http-metrics.ts';

/** How a handler with one fixed route is counted. */
export interface Measuring {
  readonly metrics: HttpMetrics;
  /** The label `handler`, e.g. `/hook/`. */
  readonly handler: string;
  /** `--export-http-path-metrics`: the path is the label instead; as many series as there are paths. */
  readonly exportPath: boolean;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** The same handler, every request counted with its latency, method, status and size of the answer. */
export function measured(
  { metrics, handler, exportPath }: Measuring,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    const label = exportPath ? pathOf(request) : handler;
    const began = performance.now();
    metrics.started(label);
    response.once('close', () =>
      metrics.finished({
        handler: label,
        // A label of the sender's choice would make series without end.
        method: methods.has(request.method ?? '') ? (request.method ?? '') : 'other',
        code: response.statusCode,
        seconds: (performance.now() - began) / 1000,
        bytes: bodyLength(response),
      }),
    );
    listener(request, response);
  };
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

function bodyLength(response: ServerResponse): number {
  const length = Number(response.getHeader('content-length') ?? 0);
  return Number.isFinite(length) ? length : 0;
}
