import { Counter, Gauge, type Registry } from 'prom-client';

/** One request to the API server. */
export interface ApiRequest {
  readonly method: string;
  /** `host:port`. */
  readonly host: string;
  /** HTTP status, or `<error>` when there was no answer. */
  readonly code: string;
}

export interface ClientMetrics {
  apiRequest(request: ApiRequest): void;
  /** Whether this process holds the Lease of that name. */
  leader(name: string, isLeader: boolean): void;
  /** Objects of a kind of which a watch had not told. */
  missedEvents(kind: string, count: number): void;
}

export function clientMetrics(registry: Registry): ClientMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host.',
    labelNames: ['code', 'host', 'method'],
    registers,
  });
  const master = new Gauge({
    name: 'leader_election_master_status',
    help: 'Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.',
    labelNames: ['name'],
    registers,
  });
  const missed = new Counter({
    name: 'flux_host_watch_missed_events_total',
    help: 'Objects whose change or deletion a watch had missed, found by the periodic comparison with a list.',
    labelNames: ['kind'],
    registers,
  });
  return {
    apiRequest: ({ code, host, method }) => requests.inc({ code, host, method }),
    leader: (name, isLeader) => master.set({ name }, isLeader ? 1 : 0),
    missedEvents: (kind, count) => missed.inc({ kind }, count),
  };
}
