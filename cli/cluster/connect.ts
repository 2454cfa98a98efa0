import { type ConnectedClient, createClient } from '@flux-host/host/kube/client.ts';
import { createConnection } from '@flux-host/host/kube/connection.ts';
import { createRest } from '@flux-host/host/kube/rest.ts';
import type { FlagValues } from '../command/types.ts';
import type { Io } from '../io.ts';
import { version } from '../version.ts';
import { clusterConfig } from './config.ts';

/** A cluster as commands see it. */
export interface Cluster {
  readonly client: ConnectedClient;
  /** A GET whose answer is text that arrives bit by bit, e.g. a log. */
  text(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

const userAgent = `flux/${version}`;

/** No limit: a quiet log says nothing about the connection, and TCP keep-alive notices a dead one. */
const unlimited = 0;

/** Connects to the cluster that flags and environment name; nothing is sent before the first request. */
export async function connect(flags: FlagValues, env: Io['env']): Promise<Cluster> {
  const config = await clusterConfig(flags, env);
  const client = createClient(config, { userAgent });
  const connection = createConnection(config, {
    concurrency: 8,
    timeoutMs: 60_000,
    watchIdleMs: unlimited,
    maxBodyBytes: 1024 * 1024 * 1024,
  });
  const rest = createRest({ connection, userAgent }, {});
  return {
    client,
    text: (path, signal) =>
      rest.stream({
        verb: 'get',
        target: path.split('?', 1)[0] ?? path,
        method: 'GET',
        path,
        accept: '*/*',
        signal,
      }),
    async close() {
      await Promise.all([client.close(), connection.close()]);
    },
  };
}
