import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ApiResource, KubeClient } from '@flux-host/host/kube/types.ts';
import { pods } from '../cluster/resources.ts';

const nodes: ApiResource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

/** The part of a kubelet that `kubectl logs` needs: the API server passes requests for logs on to it. */
export interface LogKubelet {
  /** A pod on this node; its log is what `log` gives for the query of a request. */
  addPod(pod: { name: string; namespace: string; labels: Record<string, string> }): Promise<void>;
  close(): Promise<void>;
}

export interface LogKubeletOptions {
  readonly client: KubeClient;
  /** Name of the node. */
  readonly name: string;
  /** Directory of the control plane: its certificate serves here as well. */
  readonly controlPlane: string;
  /** Lines of the log, endless for one that is followed. */
  log(query: URLSearchParams): Iterable<string> | AsyncIterable<string>;
}

export async function startLogKubelet({
  client,
  name,
  controlPlane,
  log,
}: LogKubeletOptions): Promise<LogKubelet> {
  const certs = join(controlPlane, 'certs');
  const tls = {
    cert: readFileSync(join(certs, 'apiserver.crt')),
    key: readFileSync(join(certs, 'apiserver.key')),
  };
  const server = createServer(tls, (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'https://kubelet');
    response.writeHead(200, { 'content-type': 'text/plain' });
    Readable.from(log(searchParams)).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: string | AddressInfo | null = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  const daemonEndpoints = { kubeletEndpoint: { Port: port } };
  await client.patch(
    nodes,
    { namespace: '', name },
    { status: { addresses, daemonEndpoints } },
    { type: 'merge', subresource: 'status' },
  );
  return {
    async addPod(pod) {
      const metadata = { name: pod.name, namespace: pod.namespace, labels: pod.labels };
      const containers = [{ name: 'manager', image: 'none' }];
      const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: name, containers } };
      await client.create(pods, object);
      const status = {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'manager',
            image: 'none',
            imageID: 'none',
            ready: true,
            restartCount: 0,
            containerID: 'none://1',
            state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          },
        ],
      };
      await client.patch(pods, pod, { status }, { type: 'merge', subresource: 'status' });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.delete(nodes, { namespace: '', name }).catch(() => {});
    },
  };
}
