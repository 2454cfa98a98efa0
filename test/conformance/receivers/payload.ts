import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createMetrics } from '@flux-host/host/observability/metrics.ts';
import { tokenRefused } from '@flux-host/host/receivers/errors.ts';
import { startReceiverServer } from '@flux-host/host/receivers/server.ts';
import type { TokenVerifier } from '@flux-host/host/receivers/types.ts';
import type { Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import { bodyOf, type PayloadExpected, type PayloadInput, placeOf, receiverIn } from './vectors.ts';
import type { World } from './world.ts';

const requestedAt = 'reconcile.fluxcd.io/requestedAt';
const metrics = createMetrics();

/** Sends the request of a vector to a server, and counts what it annotated in the cluster. */
export async function checkPayload(
  world: World,
  input: PayloadInput,
  expected: PayloadExpected,
): Promise<Outcome> {
  const namespace = `case-${randomBytes(4).toString('hex')}`;
  const receiver = receiverIn(namespace, input.receiver);
  const namespaces = await setUp(world, input, { namespace, receiver });
  const server = await startReceiverServer({
    ...world.services,
    address: { host: '127.0.0.1', port: 0 },
    tokens: googleStandIn(input),
    noCrossNamespaceRefs: input.noCrossNamespaceRefs ?? false,
    find: (path) => (path === receiver.status?.webhookPath ? receiver : undefined),
    metrics: metrics.receiverHttp,
    exportPath: false,
  });
  try {
    const status = await send(server.port, input.request);
    const { items } = await world.client.list(Receiver);
    const annotated = items.filter(
      ({ metadata }) => namespaces.has(metadata.namespace ?? '') && metadata.annotations?.[requestedAt],
    );
    return compare(
      { status: expected.expectedStatus, annotated: expected.expectedReceiversAnnotated },
      { status, annotated: annotated.length },
    );
  } finally {
    await server.stop();
  }
}

/** @returns the namespaces that were made */
async function setUp(
  { client }: World,
  { clusterObjects, receiverSecret }: PayloadInput,
  { namespace, receiver }: { namespace: string; receiver: Receiver },
): Promise<ReadonlySet<string>> {
  const objects: KubeObject[] = [receiver, ...(clusterObjects ?? [])].map(({ metadata, ...object }) => {
    const { resourceVersion: _invented, ...rest } = metadata;
    const place = object.spec === receiver.spec ? metadata.namespace : placeOf(namespace, metadata.namespace);
    return { ...object, metadata: { ...rest, ...(place ? { namespace: place } : {}) } };
  });
  const namespaces = new Set([namespace, ...objects.map(({ metadata }) => metadata.namespace ?? namespace)]);
  const core = { group: '', version: 'v1', namespaced: true };
  for (const name of namespaces) {
    await client.create(
      { ...core, kind: 'Namespace', plural: 'namespaces', namespaced: false },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    );
  }
  if (receiverSecret) {
    const { data, metadata } = receiverSecret;
    await client.create(
      { ...core, kind: 'Secret', plural: 'secrets' },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: metadata.name, namespace: receiver.metadata.namespace ?? namespace },
        data: data ?? {},
      },
    );
  }
  for (const object of objects) await client.create(Receiver, object);
  return namespaces;
}

/** Nobody can make tokens of Google's for a test: the bearer of the vectors stands for one of the expected account. */
function googleStandIn({ receiverSecret }: PayloadInput): TokenVerifier {
  const email = Buffer.from(receiverSecret?.data?.['email'] ?? '', 'base64').toString();
  return {
    async verify({ token, issuers, audiences }) {
      if (token !== 'token') throw tokenRefused('failed to verify OIDC token');
      return { iss: issuers[0], aud: audiences[0], email, email_verified: true };
    },
  };
}

function send(port: number, request: PayloadInput['request']): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { method, path, headers } = request;
  const outgoing = httpRequest(
    {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]])),
    },
    (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    },
  );
  outgoing.once('error', reject);
  outgoing.end(bodyOf(request.body));
  return promise;
}
