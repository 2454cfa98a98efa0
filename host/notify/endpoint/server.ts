import type { Address } from '../../http/address.ts';
import { measured } from '../../http/measured.ts';
import { type HttpServer, startHttpServer } from '../../http/server.ts';
import { eventHandler, type HandlerOptions } from './handler.ts';

export interface EndpointOptions extends HandlerOptions {
  readonly address: Address;
  /** `--export-http-path-metrics`. */
  readonly exportPaths: boolean;
}

/** Flux's limits. */
const maxHeaderBytes = 256 * 1024;
const requestMs = 30_000;

/** The server that other controllers post their events to. @throws FluxError FLUX_E_LISTEN */
export function startEndpoint(options: EndpointOptions): Promise<HttpServer> {
  const { address, exportPaths, metrics } = options;
  return startHttpServer({
    address,
    name: 'event',
    maxHeaderBytes,
    requestMs,
    handler: measured({ metrics, handler: '/', exportPath: exportPaths }, eventHandler(options)),
  });
}
