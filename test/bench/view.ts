import { type Metrics, parseMetrics, scrape } from './metrics.ts';
import type { Stage } from './stage.ts';

/** What a system and the API server had counted at one moment. */
export interface View {
  readonly own: Metrics;
  readonly server: Metrics;
}

export async function look(stage: Stage): Promise<View> {
  const [own, server] = await Promise.all([scrape(stage.system.metrics), stage.serverMetrics()]);
  return { own, server: parseMetrics([server]) };
}

/** Reconciles of Kustomizations. */
export function reconcilesOf({ own }: View): number {
  return own.sum('controller_runtime_reconcile_total', ({ controller }) => controller === 'kustomization');
}

/** Requests of any kind and to any object. */
export function requestsOf({ own }: View): number {
  return own.sum('rest_client_requests_total');
}

const writing = new Set(['APPLY', 'PATCH', 'POST', 'PUT', 'DELETE', 'DELETECOLLECTION']);

/** Writes to kinds (by their plural names), dry runs among them. Their status is their controllers'. */
export function writesOf({ server }: View, resources: ReadonlySet<string>): number {
  return server.sum(
    'apiserver_request_total',
    ({ resource = '', subresource = '', verb = '' }) =>
      resources.has(resource) && writing.has(verb) && subresource === '',
  );
}
