import type { ServerResponse } from 'node:http';
import { errorText } from '../errors/text.ts';
import type { Address } from '../http/address.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import type { Metrics } from './metrics.ts';

/** Throws, or rejects, with the reason when something is wrong. */
export type HealthCheck = () => void | Promise<void>;

export interface HealthServerOptions {
  readonly address: Address;
  /** Is the process alive? A failure gets it restarted. Default: whenever it can answer. */
  readonly healthy?: HealthCheck;
  /** Can it do its work? A failure takes it out of Services. Default: whenever it can answer, as in Flux. */
  readonly ready?: HealthCheck;
}

/** `/healthz` and `/readyz` on `--health-addr`. @throws FluxError FLUX_E_LISTEN */
export function startHealthServer({ address, healthy, ready }: HealthServerOptions): Promise<HttpServer> {
  const checks: Readonly<Record<string, HealthCheck>> = {
    '/healthz': healthy ?? nothing,
    '/readyz': ready ?? nothing,
  };
  return startHttpServer({
    address,
    name: 'health',
    handler: async (request, response) => {
      const check = checks[pathOf(request.url)];
      if (!check) return send(response, 404, 'not found');
      try {
        await check();
        send(response, 200, 'ok');
      } catch (error) {
        send(response, 500, errorText(error));
      }
    },
  });
}

/** `/metrics` on `--metrics-addr`. There is no `/debug/pprof`: use Node's inspector. @throws FluxError FLUX_E_LISTEN */
export function startMetricsServer(options: { address: Address; metrics: Metrics }): Promise<HttpServer> {
  const { address, metrics } = options;
  return startHttpServer({
    address,
    name: 'metrics',
    handler: async (request, response) => {
      if (pathOf(request.url) !== '/metrics') return send(response, 404, 'not found');
      try {
        const { contentType, text } = await metrics.expose();
        send(response, 200, text, contentType);
      } catch (error) {
        send(response, 500, errorText(error));
      }
    },
  });
}

const nothing = (): void => {};

const pathOf = (url = ''): string => url.split('?', 1)[0] ?? '';

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type }).end(text);
}
