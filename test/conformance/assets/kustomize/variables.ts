import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@flux-host/host/kube/client.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { variablesOf } from '@flux-host/host/reconcile/kustomization/variables.ts';
import { type FluxKustomization, parseAll } from './read.ts';

/** The variables of a Kustomization, read by the host from an API server that has the objects of a file. */
export async function variablesFrom(
  kustomization: FluxKustomization,
  clusterObjects: string | undefined,
): Promise<Record<string, string> | undefined> {
  const objects = clusterObjects ? parseAll(readFileSync(clusterObjects, 'utf8')) : [];
  const byPath = new Map(objects.filter(isObject).map((object) => [pathOf(object), stored(object)]));
  const server = createServer(({ url = '' }, response) => {
    const path = url.split('?')[0] ?? '';
    const found = byPath.get(path);
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? notFound(path)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient({
    server: `http://127.0.0.1:${port}`,
    insecureSkipTlsVerify: false,
    user: {},
    namespace: '',
  });
  try {
    return await variablesOf(
      kustomization,
      { client, redactor: createRedactor() },
      new AbortController().signal,
    );
  } finally {
    await client.close();
    server.close();
  }
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}

function pathOf({ kind, metadata }: KubeObject): string {
  return `/api/v1/namespaces/${metadata.namespace}/${kind.toLowerCase()}s/${metadata.name}`;
}

/** The API server turns a Secret's stringData into data. */
function stored(object: KubeObject): KubeObject {
  const text = object['stringData'];
  if (object.kind !== 'Secret' || typeof text !== 'object' || text === null) return object;
  const data = Object.entries(text).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...object, data: Object.fromEntries(data) };
}

/** The API server's own words. */
function notFound(path: string) {
  const [kind = '', name = ''] = path.split('/').slice(-2);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: `${kind} "${name}" not found`,
    reason: 'NotFound',
    details: { name, kind },
    code: 404,
  };
}
