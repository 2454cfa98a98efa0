import { invalidFlag } from '../config/errors.ts';
import { parseOptionalAddress } from '../http/address.ts';
import type { HttpServer } from '../http/server.ts';
import type { ConnectedClient } from '../kube/client.ts';
import { loadClient } from '../kube/load-client.ts';
import { createLogger, LOG_ENCODINGS, LOG_LEVELS, type Logger } from '../observability/logger.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { createRedactor, type Redactor } from '../observability/redact.ts';
import { startHealthServer, startMetricsServer } from '../observability/servers.ts';
import type { HostOptions } from './options.ts';

/** What every part of the process uses, leader or not. */
export interface Platform {
  readonly client: ConnectedClient;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly redactor: Redactor;
  /** What `/readyz` answers; set once the process can do its work. */
  readonly readiness: { ready: boolean };
  close(): Promise<void>;
}

/** Logger, metrics, health endpoints and the connection to the API server. */
export async function createPlatform(options: HostOptions): Promise<Platform> {
  const redactor = createRedactor();
  const log = createLogger({
    encoding: oneOf('log-encoding', LOG_ENCODINGS, options.log.encoding),
    level: oneOf('log-level', LOG_LEVELS, options.log.level),
    redactor,
  });
  const metrics = createMetrics(options);
  const readiness = { ready: false };
  const servers = await startServers(options, metrics, readiness);
  const client = await loadClient({
    kubeconfig: options.kubeconfig,
    context: options.context,
    userAgent: 'flux-host',
    onRequest: (request) => metrics.apiRequest(request),
    onWarning: (text) => log.debug('warning of the API server', { warning: text }),
  });
  return {
    client,
    log,
    metrics,
    redactor,
    readiness,
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await client.close();
      log.flush();
    },
  };
}

async function startServers(
  options: HostOptions,
  metrics: Metrics,
  readiness: Platform['readiness'],
): Promise<HttpServer[]> {
  const metricsAddress = parseOptionalAddress(options.metricsAddress);
  const healthAddress = parseOptionalAddress(options.healthAddress);
  const ready = () => {
    if (!readiness.ready) throw new Error('the host is starting');
  };
  return Promise.all([
    ...(metricsAddress ? [startMetricsServer({ address: metricsAddress, metrics })] : []),
    ...(healthAddress ? [startHealthServer({ address: healthAddress, ready })] : []),
  ]);
}

function oneOf<T extends string>(flag: string, values: readonly T[], text: string): T {
  const value = values.find((candidate) => candidate === text);
  if (!value) throw invalidFlag(flag, `"${text}" is none of ${values.join(', ')}`);
  return value;
}
